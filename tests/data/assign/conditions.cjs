// Writes conditions.ndjson: [condition, attributes, verdict of the reference SDK] per line, the saved groups first.
//   npm install @growthbook/growthbook@1.8.0 && node conditions.cjs > conditions.ndjson
// The SDK is MIT licensed (GrowthBook, Inc.); the cases are random and our own.
const {evalCondition}=require('@growthbook/growthbook'); console.error=()=>{};
let s=777; const r=n=>{s=(Math.imul(s,1664525)+1013904223)>>>0; return (s>>>9)%n;}; const pick=a=>a[r(a.length)];
const scal=()=>pick([null,true,false,0,1,5,-1,1.5,10,2,'','0','1','5','10','a','A','b','é','É',' 5 ','0x5','1e1','true','null','1.2.3','v1.2.10','1.2.3-rc.1','[object Object]','1,2','😀','！','Infinity','string','number','array','object','boolean','team','list','cond']);
const attrs=()=>{const o={}; for(const k of ['a','b','c','id','v']) if(r(4)) o[k]=val(2); return o;};
const val=d=>{const k=r(d>0?10:5); if(k<6) return scal(); if(k<8){return Array.from({length:r(4)},()=>val(d-1));} const o={}; for(let i=r(3);i>0;i--) o[pick(['a','b','x','1','0','$gt'])]=val(d-1); return o;};
const path=()=>pick(['a','b','c','id','v','a.b','a.0','a.length','b.x','a.0.x','c.1','']);
const list=d=>r(12)?Array.from({length:r(4)},()=>val(1)):val(1);
const op=d=>{const k=pick(['$eq','$ne','$lt','$lte','$gt','$gte','$in','$nin','$ini','$nini','$all','$alli','$elemMatch','$size','$type','$exists','$veq','$vne','$vgt','$vgte','$vlt','$vlte','$regex','$regexi','$not','$inGroup','$notInGroup','$bad']);
 let v; switch(k){case '$in':case '$nin':case '$ini':case '$nini':v=list();break;case '$all':case '$alli':v=r(10)?Array.from({length:r(3)},()=>want(d-1)):scal();break;case '$elemMatch':v=r(2)?ops(d-1):cond(d-1);break;case '$size':v=r(2)?r(4):ops(0);break;case '$regex':case '$regexi':v=pick(['^a','5','.','É','^$','n.ll','(','1,2',',','^\\d+$','[^a]']);break;case '$not':v=want(d-1);break;case '$inGroup':case '$notInGroup':v=pick(['team','list','cond','none',5]);break;case '$type':v=scal();break;default:v=r(6)?scal():val(1);} return [k,v];};
const ops=d=>{const o={}; for(let i=1+r(2);i>0;i--){const [k,v]=op(d); o[k]=v;} return o;};
const want=d=>d>0&&r(4)?ops(d):val(1);
const cond=d=>{const o={}; for(let i=r(3);i>0;i--){const k=r(8); if(d>0&&k<3){const n=pick(['$and','$or','$nor','$not','$savedGroup']); o[n]=n==='$not'?cond(d-1):n==='$savedGroup'?{id:pick(['team','list','cond','loop','none']),...(r(2)?{attributeKey:path()}:{})}:Array.from({length:r(3)},()=>cond(d-1));} else o[path()]=want(d);} return o;};
const groups={team:['a','5',5,'1'],list:{type:'list',attributeKey:'id',values:['a','A',1]},cond:{type:'condition',condition:{id:{$gt:1}}},loop:{type:'condition',condition:{$savedGroup:{id:'loop'}}}};
console.log(JSON.stringify(groups)); let thrown=0;
for(let i=0;i<1500;i++){const c=cond(3),a=attrs(); let h; try{h=!!evalCondition(a,c,groups)}catch(e){thrown++; h=null} console.log(JSON.stringify([c,a,h]));}

