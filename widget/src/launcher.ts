/**
 * `<rls-chat>`: the button on the clinic's page, small enough to load with it. The panel follows when it is opened.
 *
 * `<script type="module" src="…/widget.js" data-lang="en">` puts one into the page; so does the element by itself. The
 * script's `data-` become the element's attributes: `lang`, `label`, `error`, `position` (left), `scheme` (light, dark),
 * `mode` (page), `open`.
 */

interface PanelElement extends HTMLElement {
  base: URL;
  language: string;
  page: boolean;
  shown(isShown: boolean): void;
}

const BASE = new URL(".", import.meta.url);
const PARTS = "header,close,messages,message,visitor,assistant,choice,primary,quiet,call,visit,emergency,composer,input,send,trouble";
const SVG = "http://www.w3.org/2000/svg";
const PHONE = matchMedia("(max-width: 30em), (max-height: 28em)");

const STYLE = `
:host { --c: var(--rls-accent, light-dark(#0b5a7a, #7cc7e6)); --o: var(--rls-on-accent, light-dark(#fff, #10212b)); }
section { all: initial; color-scheme: light dark; font: medium/1.5 var(--rls-font, system-ui, sans-serif); }
:host([scheme=light]) section { color-scheme: light; }
:host([scheme=dark]) section { color-scheme: dark; }
:host([mode=page]), :host([mode=page]) section { display: block; height: 100%; }
button { position: fixed; inset: auto 1.25em 1.25em auto; z-index: 2147483000; font: inherit; font-weight: 600; min-height: 3.25em; max-width: calc(100vw - 2.5em); padding: .5em 1.25em; border: 1px solid transparent; border-radius: 2em; background: var(--c); color: var(--o); box-shadow: 0 .25em 1em #0004; cursor: pointer; }
:host([position=left]) button, :host([position=left]) dialog { inset-inline: 1.25em auto; }
button:focus-visible { outline: .1875em solid var(--o); outline-offset: -.4375em; }
svg { width: 1.5em; height: 1.5em; margin-inline-end: .5em; vertical-align: -.375em; fill: none; stroke: currentcolor; stroke-width: 2; stroke-linejoin: round; }
i { display: inline-block; width: .625em; height: .625em; margin-inline-start: .5em; border-radius: 50%; background: currentcolor; }
p { position: fixed; inset: auto 1.25em 5.5em auto; z-index: 2147483000; margin: 0; max-width: 20em; padding: .75em 1em; border-radius: .75em; border: 1px solid; background: light-dark(#fff, #1c262d); color: light-dark(#1d2a33, #e8eef2); }
p:empty { display: none; }
dialog { position: fixed; inset: auto 1.25em 1.25em auto; z-index: 2147483000; box-sizing: border-box; width: var(--rls-width, 26em); height: var(--rls-height, 40em); max-width: calc(100vw - 2.5em); max-height: calc(100dvh - 2.5em); margin: 0; padding: 0; overflow: hidden; border: 1px solid light-dark(#c3ced6, #3b4a54); border-radius: var(--rls-radius, 1em); background: light-dark(#f6f8f9, #12191e); color: light-dark(#1d2a33, #e8eef2); box-shadow: 0 .5em 2.5em #0005; }
dialog:modal { inset: 0; width: 100%; height: 100dvh; max-width: none; max-height: none; border: 0; border-radius: 0; }
rls-chat-panel { display: block; height: 100%; }
@media (prefers-reduced-motion: no-preference) { dialog[open] { animation: come .16s ease-out; } }
@keyframes come { from { opacity: 0; transform: translateY(1em); } }`;

function make<Name extends keyof HTMLElementTagNameMap>(name: Name, properties: Partial<HTMLElementTagNameMap[Name]>): HTMLElementTagNameMap[Name] {
  return Object.assign(document.createElement(name), properties);
}

/** A speech bubble. */
function sign(): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", "M4 5h16v11H10l-5 4v-4H4z");
  svg.append(path);
  return svg;
}

/** The panel's script, once; pinned by its hash. A browser that failed to load it would not ask for the same address again. */
let loading: Promise<unknown> | undefined;
let tries = 0;
let types: { createScriptURL(url: string): string } | undefined;
function loadPanel(): Promise<unknown> {
  return (loading ??= new Promise((done, failed) => {
    const script = make("script", { type: "module", integrity: PANEL_INTEGRITY, crossOrigin: "anonymous", onload: done, onerror: failed });
    const address = new URL(PANEL_FILE + (tries++ ? `?${tries}` : ""), BASE).href;
    // Sites that require Trusted Types allow this policy by its name, once.
    types ??= (globalThis as { trustedTypes?: { createPolicy(name: string, rules: object): typeof types } }).trustedTypes?.createPolicy("rls-chat", { createScriptURL: (url: string) => url });
    script.src = types ? types.createScriptURL(address) : address;
    document.head.append(script);
  }).catch((error) => {
    loading = undefined;
    throw error;
  }));
}

class RlsChat extends HTMLElement {
  private root = this.attachShadow({ mode: "open" });
  private section = make("section", {});
  private dialog = make("dialog", {});
  private button = make("button", { type: "button", onclick: () => void this.open() });
  private alert = make("p", { role: "alert" });
  private panel: PanelElement | undefined;

  private get label(): string {
    return this.getAttribute("label") ?? "Questions about restless legs?";
  }

  private get isPage(): boolean {
    return this.getAttribute("mode") === "page";
  }

  connectedCallback(): void {
    if (this.section.isConnected) return; // the site has moved the element: it is as it was
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    this.root.adoptedStyleSheets = [sheet];
    this.section.ariaLabel = this.dialog.ariaLabel = this.label; // an element made by the script has no attributes before
    this.button.append(sign(), this.label);
    this.button.setAttribute("part", "launcher");
    this.button.ariaHasPopup = "dialog";
    this.dialog.setAttribute("part", "window");
    this.dialog.oncancel = (event) => {
      event.preventDefault();
      this.close();
    };
    this.dialog.onkeydown = (event) => {
      if (event.key === "Escape" && !event.isComposing) this.close();
    };
    PHONE.onchange = () => {
      if (!this.dialog.open) return;
      const focused = this.panel?.shadowRoot?.activeElement as HTMLElement | null | undefined;
      this.show();
      focused?.focus();
    };
    this.root.append(this.section);
    if (this.isPage) return void this.open();
    this.section.append(this.button, this.dialog, this.alert);
    if (this.hasAttribute("open")) void this.open();
  }

  async open(): Promise<void> {
    this.alert.textContent = "";
    this.button.ariaBusy = "true";
    try {
      await loadPanel();
    } catch {
      this.fail();
      return;
    } finally {
      this.button.ariaBusy = null;
    }
    this.button.replaceChildren(sign(), this.label);
    if (!this.panel) this.add();
    if (!this.isPage) this.show();
    this.panel!.shown(true);
  }

  close(): void {
    this.panel?.shown(false);
    this.dialog.close();
    this.button.hidden = false;
    this.button.focus();
  }

  private add(): void {
    const panel = (this.panel = document.createElement("rls-chat-panel") as PanelElement);
    panel.base = BASE;
    panel.language = this.getAttribute("lang") ?? "en";
    panel.page = this.isPage;
    panel.setAttribute("exportparts", PARTS);
    panel.addEventListener("rls-close", () => this.close());
    panel.addEventListener("rls-failed", () => this.fail());
    panel.addEventListener("rls-news", () => this.dialog.open || this.isPage || this.button.append(document.createElement("i")));
    (this.isPage ? this.section : this.dialog).append(panel);
  }

  /** On a phone the chat is the whole screen and the page behind it waits; elsewhere both can be used. */
  private show(): void {
    this.dialog.close();
    PHONE.matches ? this.dialog.showModal() : this.dialog.show();
    this.button.hidden = true;
  }

  /** The chat cannot come: say so, and where help is. */
  private fail(): void {
    if (this.panel) {
      this.panel.remove();
      this.panel = undefined;
      if (this.dialog.open) this.close();
    }
    if (this.isPage) this.section.append(this.alert);
    this.alert.textContent = this.getAttribute("error") ?? "The chat does not load. Please reload this page, or try again in a minute. In an emergency, call your local emergency number.";
  }
}

customElements.get("rls-chat") || customElements.define("rls-chat", RlsChat);

const script = [...document.scripts].find(({ src }) => src === import.meta.url);
if (script && !document.querySelector("rls-chat")) {
  const chat = document.createElement("rls-chat");
  for (const [name, value] of Object.entries(script.dataset)) chat.setAttribute(name, value ?? "");
  document.body.append(chat);
}
