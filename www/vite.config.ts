import { defineConfig, type UserConfig } from "vite";
import { cataloguePlugin } from "./catalogue-plugin.ts";
import { workerPlugin } from "./worker-plugin.ts";
import { unindented } from "./unindented.ts";

/** What both builds share: addresses relative to the importing file, files fetched when needed. */
const common: UserConfig = {
  base: "./",
  build: {
    emptyOutDir: true,
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: {
      // Browsers that run the wasm do it themselves.
      polyfill: false,
      // What the page's own script imports is named in the page. What comes later is fetched by those who want it.
      resolveDependencies: (_, files, { hostType }) => (hostType === "html" ? files : []),
    },
  },
};

/** The page as static files that work under any path. */
const site: UserConfig = {
  ...common,
  plugins: [unindented(), workerPlugin(), cataloguePlugin((hash) => `assets/texts-${hash}`)],
  build: { ...common.build, outDir: "../dist/site" },
};

/** Names that stay the same from version to version. */
const plainNames = {
  entryFileNames: "[name].js",
  chunkFileNames: "chunks/[name].js",
  assetFileNames: "[name][extname]",
};

/** The element as one ES module, with what it fetches beside it. */
const npm: UserConfig = {
  ...common,
  plugins: [unindented(), workerPlugin(), cataloguePlugin(() => "texts")],
  build: {
    ...common.build,
    outDir: "../dist/npm",
    rolldownOptions: {
      input: "src/loss-explorer.ts",
      preserveEntrySignatures: "strict",
      output: plainNames,
    },
  },
};

export default defineConfig(({ mode }) => (mode === "npm" ? npm : site));
