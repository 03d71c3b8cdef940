/** How the panel looks. Sizes are in em of the reader's own letters; a page sets colours by `--rls-…`. */

import { css } from "lit";

export const styles = css`
:host {
  --ink: var(--rls-ink, light-dark(#1d2a33, #e8eef2));
  --soft: var(--rls-soft, light-dark(#4a5a66, #b3c1cb));
  --paper: var(--rls-paper, light-dark(#f6f8f9, #12191e));
  --card: var(--rls-card, light-dark(#fff, #1c262d));
  --line: var(--rls-line, light-dark(#c3ced6, #3b4a54));
  --accent: var(--rls-accent, light-dark(#0b5a7a, #7cc7e6));
  --on-accent: var(--rls-on-accent, light-dark(#fff, #10212b));
  --mine: var(--rls-mine, light-dark(#d9ecf5, #17455a));
  --alarm: light-dark(#a3121b, #ffb3b0);
  --alarm-card: light-dark(#fdecec, #4a1113);
  --head: var(--rls-head, light-dark(#0b5a7a, #0f3d52));
  --on-head: var(--rls-on-head, #fff);
  --edge: light-dark(#6b7c88, #8fa0ab);
  display: block; height: 100%; color: var(--ink); background: var(--paper); text-align: start;
}
* { box-sizing: border-box; }
.panel { display: flex; flex-direction: column; height: 100%; overflow-y: auto; position: relative; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.loading { margin: auto; font-size: 2em; }
h2, h3, p { margin: 0; }
h2 { font-size: 1.125em; line-height: 1.25; }
h3 { font-size: 1.0625em; }
:focus-visible { outline: .1875em solid var(--accent); outline-offset: .125em; }
h2:focus-visible, .scroll:focus-visible { outline-offset: -.1875em; }
a { color: var(--accent); }
.head { display: flex; gap: .5em; justify-content: space-between; align-items: start; padding: .75em 1em; border-bottom: 1px solid transparent; background: var(--head); color: var(--on-head); }
.head p { font-size: .875em; }
.scroll { flex: 1; min-height: 8em; overflow-y: auto; overscroll-behavior: contain; padding: 1em; }
:host([page]) .panel > * { padding-inline: max(1em, (100% - 44em) / 2); }
ul, ol { margin: 0; padding: 0; list-style: none; }
.log, .log > li { display: grid; gap: .75em; justify-items: start; }
.log > li { scroll-margin-top: .5em; min-width: 0; }
.message { max-width: 94%; min-width: 0; padding: .625em .875em; border-radius: 1em; overflow-wrap: anywhere; display: grid; gap: .625em; position: relative; }
.visitor { justify-self: end; background: var(--mine); border-end-end-radius: .25em; white-space: pre-wrap; }
.assistant:has(.times) { width: 100%; max-width: 100%; }
.assistant { background: var(--card); border: 1px solid var(--line); border-end-start-radius: .25em; }
.assistant > ul:not(.choices) { padding-inline-start: 1.125em; list-style: disc; display: grid; gap: .25em; }
.by { font-size: .875em; font-weight: 600; color: var(--soft); }
.danger { border: .125em solid var(--alarm); background: var(--alarm-card); }
.danger > p:first-of-type { font-weight: 700; }
button, .call { font: inherit; line-height: 1.25; min-height: 2.75em; padding: .5em .875em; border-radius: .75em; color: var(--accent); background: var(--card); border: 1px solid var(--accent); cursor: pointer; text-align: start; }
@media (hover: hover) { button:not(.primary):hover, .call:hover { background: var(--mine); } }
.primary { background: var(--accent); color: var(--on-accent); border-color: var(--accent); font-weight: 600; }
button[aria-disabled=true] { opacity: .6; cursor: default; }
.icon { display: grid; place-items: center; flex: none; width: 2.75em; height: 2.75em; padding: 0; }
.head .icon { border-color: transparent; background: none; color: inherit; margin: -.25em -.5em 0 0; }
.head :focus-visible { outline-color: currentcolor; outline-offset: -.1875em; }
svg { width: 1.375em; height: 1.375em; fill: none; stroke: currentcolor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.choices { display: flex; flex-wrap: wrap; gap: .5em; }
.choices svg { width: 1em; height: 1em; margin-inline-end: .375em; vertical-align: -.125em; }
.times { display: grid; grid-template-columns: 1fr; }
.times button { width: 100%; }
.chosen, .chosen:hover { background: var(--mine); color: var(--ink); font-weight: 600; }
.calls { display: flex; flex-wrap: wrap; gap: .5em; }
.call { display: inline-flex; align-items: center; font-weight: 700; color: var(--alarm); border: .125em solid var(--alarm); text-decoration: none; overflow-wrap: anywhere; }
.call:hover { background: var(--alarm-card); text-decoration: underline; }
.pinned { display: flex; flex-wrap: wrap; gap: .5em .75em; align-items: center; padding: .625em 1em; background: var(--alarm-card); border-bottom: .125em solid var(--alarm); }
.sources { font-size: .875em; color: var(--soft); }
.sources ul { margin: .25em 0; padding-inline-start: 1.125em; list-style: disc; }
summary { cursor: pointer; min-height: 1.75em; width: fit-content; }
.feedback { display: flex; flex-wrap: wrap; gap: .25em .5em; align-items: center; font-size: .875em; color: var(--soft); }
.thumb { display: grid; place-items: center; width: 2.75em; height: 2.75em; padding: 0; border-color: transparent; background: none; color: var(--soft); }
.thumb[aria-pressed=true] { color: var(--accent); border-color: var(--accent); background: var(--mine); }
.word { display: flex; flex-wrap: wrap; gap: .5em; align-items: end; width: 100%; }
.word label { flex: 1 1 10em; display: grid; gap: .125em; }
input:not([type]), textarea { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--edge); border-radius: .75em; min-height: 2.75em; padding: .5em .75em; min-width: 0; width: 100%; }
.visit { padding: .75em; border: 1px solid var(--line); border-inline-start: .25em solid var(--accent); border-radius: .5em; display: grid; gap: .5em; }
.visit .title { font-weight: 700; }
dl { margin: 0; display: grid; gap: .25em; }
dl div { display: grid; grid-template-columns: minmax(4em, max-content) 1fr; gap: 0 .75em; }
dt { color: var(--soft); }
dd { margin: 0; min-width: 0; }
code { font: inherit; font-weight: 600; }
.screen { display: grid; gap: .75em; margin-bottom: 1em; }
.screen > ul:not(.choices) { padding-inline-start: 1.125em; list-style: disc; display: grid; gap: .5em; }
.state { justify-self: end; max-width: 92%; font-size: .9375em; color: var(--soft); display: grid; gap: .5em; }
.unsent { padding: .625em .875em; border: 1px dashed var(--alarm); border-radius: .75em; color: var(--ink); }
.unsent p:last-child { display: flex; flex-wrap: wrap; gap: .5em; }
.working p:first-child::after { content: " …"; }
.trouble { padding: .5em 1em; color: var(--alarm); font-weight: 600; }
.composer { padding: .625em 1em .5em; border-top: 1px solid var(--line); background: var(--card); display: grid; gap: .375em; }
.line { display: flex; gap: .5em; align-items: end; }
textarea::placeholder { color: var(--soft); opacity: 1; }
textarea:focus-visible, input:focus-visible { outline-offset: -.0625em; }
textarea { flex: 1; resize: none; max-height: 9em; field-sizing: content; }
.always { display: flex; flex-wrap: wrap; gap: 0 .75em; justify-content: space-between; align-items: center; font-size: .875em; }
.always .quiet { min-height: 2em; padding: 0; border: 0; background: none; text-decoration: underline; }
.always label { display: flex; gap: .375em; align-items: center; min-height: 2em; }
.always p { width: 100%; }
.always:has(p) { gap: .5em; justify-content: start; }
[type=checkbox] { width: 1.125em; height: 1.125em; margin: 0; accent-color: var(--accent); }
@media (forced-colors: active) {
  .head { background: Canvas; color: CanvasText; border-bottom-color: CanvasText; }
  .primary { background: ButtonFace; color: ButtonText; border-color: ButtonText; }
  .message, .visit, .state { border: 1px solid; }
  .chosen, .thumb[aria-pressed=true] { border-width: .1875em; }
  button[aria-disabled=true] { opacity: 1; color: GrayText; border-color: GrayText; }
}
@media (prefers-reduced-motion: no-preference) {
  .scroll { scroll-behavior: smooth; }
  .working p:first-child::after { animation: wait 1.5s steps(3, jump-none) infinite; }
}
@keyframes wait { from { opacity: .2; } }
@media (max-height: 30em) { .head p { display: none; } }
`;
