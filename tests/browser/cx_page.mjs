// A page with everything that people click on, for the CX pack.
export const kExperiencePage = `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>Experience</title>
<style>
  body { margin: 0; font: 16px/1.2 sans-serif; min-height: 3000px; }
  body > * { position: absolute; left: 20px; width: 200px; height: 60px; box-sizing: border-box; }
  .step { width: 60px; }
</style>
<button id="pay" style="top: 0" onclick="this.dataset.pressed = ''">Pay</button>
<button id="stuck" style="top: 80px">Stuck</button>
<div id="plain" style="top: 160px">Plain</div>
<div id="pointer" style="top: 240px; cursor: pointer">Looks like a button</div>
<input id="text" style="top: 320px" aria-label="Text">
<textarea id="area" style="top: 400px" aria-label="Area"></textarea>
<input id="number" type="number" style="top: 480px" aria-label="Number">
<button id="plus" class="step" style="top: 560px">+</button>
<button id="minus" class="step" style="top: 560px; left: 100px" aria-label="Remove one"><span>\u2212</span></button>
<span style="top: 880px; height: 90px"><input id="amount" type="number" aria-label="Amount"><button id="beside" style="display: block; height: 50px; width: 150px">More</button></span>
<button id="marked" class="step" style="top: 560px; left: 180px" data-cx-stepper>next</button>
<label id="label" style="top: 640px"><input id="check" type="checkbox">Agree</label>
<div id="editable" contenteditable="true" style="top: 720px">Editable</div>
<button id="named" data-cx="the big one" style="top: 800px"><b id="inner">Named</b></button>
<button id="scrolls" style="top: 0; left: 300px" onclick="window.scrollTo(0, 50)">Scrolls</button>
<button id="late" style="top: 80px; left: 300px" onclick="setTimeout(() => this.textContent = 'Done', 200)">Late</button>
<button id="selects" style="top: 160px; left: 300px" onclick="getSelection().selectAllChildren(document.getElementById('plain'))">Selects</button>
<button id="pushes" style="top: 240px; left: 300px" onclick="history.pushState(null, '', '?pushed')">Pushes</button>
<a id="mail" href="mailto:shop@shop.example" style="top: 320px; left: 300px" onclick="event.preventDefault()">Mail</a>
<a id="nowhere" href="javascript:void 0" style="top: 400px; left: 300px">Nowhere</a>
<form style="top: 480px; left: 300px"><input required aria-label="Needed"><button id="send">Send</button></form>
<script type="module">
  import {createClient} from '/sdk/index.js';
  import * as cx from '/sdk/cx/index.js';
  Object.assign(window, {createClient, cx});
</script></html>`;
