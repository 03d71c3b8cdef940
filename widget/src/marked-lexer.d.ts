// build.mjs says where `marked/lexer` is.
declare module "marked/lexer" {
  export { Lexer } from "marked";
}
declare const PANEL_FILE: string;
declare const PANEL_INTEGRITY: string;
