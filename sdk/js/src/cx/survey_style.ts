/** `--cx-accent`, `--cx-text` and `--cx-background`, set on any ancestor, give it the page's colours. Nothing moves. */
export const kSurveyStyle = `
:host{all:initial;position:fixed;right:1rem;bottom:1rem;z-index:2147483000;--a:var(--cx-accent,#1d4ed8)}
*{box-sizing:border-box;margin:0;padding:0;border:0;border-radius:6px;font:inherit;color:inherit;background:none}
section{width:min(30rem,100vw - 2rem);padding:1rem;border:1px solid #767c85;color:var(--cx-text,#1b1f24);
background:var(--cx-background,#fff);font:1rem/1.4 system-ui;box-shadow:0 8px 32px #0003}
legend,p{margin:0 2.5rem .75rem 0;font-weight:600}
div{display:flex;flex-wrap:wrap;justify-content:space-between;gap:4px;margin-bottom:8px}
label{position:relative;flex:1 0 2rem}
input{position:absolute;inset:0;width:100%;height:100%;opacity:0}
label span{display:grid;place-items:center;height:40px;border:1px solid #767c85}
:checked+span,.send{background:var(--a);color:#fff}
:focus-visible,:focus-visible+span{outline:3px solid var(--a);outline-offset:2px}
.send{height:40px;padding:0 1.25rem}
.close{position:absolute;top:8px;right:8px;width:40px;height:40px}
output{position:absolute;clip-path:inset(50%)}
@media (forced-colors:active){:checked+span{outline:3px solid Highlight}}`;
