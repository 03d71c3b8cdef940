/** The widget's words: one file a language, served by the clinic with its facts filled in. */

import type { Call } from "./api.ts";

export interface Strings {
  lang: string;
  dir: "ltr" | "rtl";
  texts: Record<string, string>;
  consent: string[];
  starters: string[];
  calls: Call[];
}

export async function loadStrings(base: URL, lang: string): Promise<Strings> {
  const answer = await fetch(new URL(`widget/strings/${encodeURIComponent(lang)}.json`, base), {
    credentials: "omit", referrerPolicy: "no-referrer", signal: AbortSignal.timeout(20_000),
  });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()) as Strings;
}

/** A text with its `{placeholders}` filled in. */
export function filled(strings: Strings, key: string, values: Record<string, string | number> = {}): string {
  return (strings.texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
