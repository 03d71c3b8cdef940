/** Signs, drawn here so that no font is needed. */

import { svg, type TemplateResult } from "lit";

const icon = (path: TemplateResult) => svg`<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">${path}</svg>`;

export const close = icon(svg`<path d="M6 6l12 12M18 6L6 18"/>`);
export const send = icon(svg`<path d="M12 19V5M5 12l7-7 7 7"/>`);
export const thumbUp = icon(svg`<path d="M7 11v9H4v-9zM7 11l4-8c1.6 0 2.6 1.2 2.3 2.7L12.6 9H19a1.8 1.8 0 0 1 1.8 2.1l-1.2 7.4A1.8 1.8 0 0 1 17.8 20H7"/>`);
export const thumbDown = icon(svg`<path d="M7 13V4H4v9zM7 13l4 8c1.6 0 2.6-1.2 2.3-2.7L12.6 15H19a1.8 1.8 0 0 0 1.8-2.1l-1.2-7.4A1.8 1.8 0 0 0 17.8 4H7"/>`);
export const tick = icon(svg`<path d="M5 13l4 4L19 7"/>`);
