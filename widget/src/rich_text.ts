/**
 * A reply's text: paragraphs, lists, emphasis and links that can do no harm. Everything else is shown as it was
 * written. Text only ever becomes text nodes.
 */

import { html, type TemplateResult } from "lit";
import { Lexer } from "marked/lexer";

interface Token {
  type: string;
  raw: string;
  text?: string;
  href?: string;
  ordered?: boolean;
  tokens?: Token[];
  items?: Token[];
}

type Shown = TemplateResult | string;
const HARMLESS = /^(https:\/\/|tel:)/i;

// The panel is drawn anew at every key: what was read once is kept.
const known = new Map<string, Shown[]>();

/** After a chat is erased nothing of it stays in memory either. */
export function forgetTexts(): void {
  known.clear();
}

/** `isVerbatim`: the text says again what the visitor said, which is no Markdown: nothing but lists and lines. */
export function richText(text: string, isVerbatim = false): Shown[] {
  const key = `${isVerbatim}${text}`;
  if (!known.has(key)) known.set(key, read(text, isVerbatim));
  return known.get(key)!;
}

function read(text: string, isVerbatim: boolean): Shown[] {
  const tokens = new Lexer({ gfm: true, breaks: true }).lex(text) as unknown as Token[];
  return tokens.filter(({ type }) => type !== "space").map((token) => block(token, isVerbatim));
}

function block(token: Token, isVerbatim: boolean): Shown {
  if (token.type === "paragraph") return html`<p>${inline(token, isVerbatim)}</p>`;
  if (token.type === "list" && !token.ordered) {
    return html`<ul>${token.items!.map((item) => html`<li>${item.tokens!.map((part) => (part.type === "text" ? inline(part, isVerbatim) : block(part, isVerbatim)))}</li>`)}</ul>`;
  }
  return html`<p>${token.raw.trimEnd()}</p>`;
}

function inline(token: Token, isVerbatim = false): Shown[] {
  return (token.tokens ?? [{ type: "text", raw: token.raw }]).map((part) => {
    if (part.type === "br") return html`<br>`;
    if (isVerbatim) return part.raw;
    if (part.type === "strong") return html`<strong>${inline(part)}</strong>`;
    if (part.type === "link" && HARMLESS.test(part.href!)) {
      return html`<a href=${part.href!} target="_blank" rel="noopener noreferrer">${inline(part)}</a>`;
    }
    return part.raw;
  });
}
