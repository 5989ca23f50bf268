// Writes patterns.ndjson: the subjects first, then [pattern, flags, verdict per subject] per line; "X": refused.
//   node patterns.mjs > patterns.ndjson      (verdicts of Node 20.20.2; the cases are random and our own)
let s=12345; const r=n=>{s=(Math.imul(s,1103515245)+12345)>>>0; return (s>>>8)%n;};
const atoms=['a','b','.','\\d','\\w','\\W','\\s','[ab]','[^a]','[a-c]','[\\W_]','(a)','(?:b)','(a|b)','\\1','\\2','é','É','ß','😀','\\u0061','\\x41','$','^','\\b','\\B','(?=a)','(?!b)','(?<=a)','[^]','[]','{','}',']','\\cA','\\0','\\101','-','[a\\-z]','[Z-a]','(|a)','|','\\8','(?<n>a)','\\k<n>','[\\d-x]','[--a]','σ','Σ','\\/'];
const q=['','','','','*','+','?','{2}','{1,2}','{0,}','*?','+?','{,2}','{2,1}'];
const subs=['','a','b','ab','aab','A','B','abab','é','É','ß','😀','a\nb','a b','_','1','ba1','{}','a{,2}','n','null','k','σς','Σ','-','aAbB','\u2028','x]','8','k<n>'];
const out=[];
for(let i=0;i<1200;i++){let p='';const n=1+r(5);for(let j=0;j<n;j++)p+=atoms[r(atoms.length)]+q[r(q.length)];
 for(const f of ['','i']){let re=null;try{re=new RegExp(p,f)}catch(e){}
  const bits=re?subs.map(x=>re.test(x)?'1':'0').join(''):'X'; out.push(JSON.stringify([p,f,bits]));}}
console.log(JSON.stringify(subs)); console.log(out.join('\n'));
