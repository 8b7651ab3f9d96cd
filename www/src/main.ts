import "./loss-explorer.ts";
