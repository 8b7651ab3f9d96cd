import { defineConfig, type UserConfig } from "vite";

/** The page as static files that work under any path. */
const site: UserConfig = {
  base: "./",
  build: { outDir: "../dist/site", emptyOutDir: true, target: "es2023", assetsInlineLimit: 0 },
};

/** The element as one ES module, with what it fetches beside it. */
const npm: UserConfig = {
  base: "./",
  build: {
    outDir: "../dist/npm",
    emptyOutDir: true,
    target: "es2023",
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: "src/loss-explorer.ts",
      preserveEntrySignatures: "strict",
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "[name].js",
        assetFileNames: "[name][extname]",
      },
    },
  },
};

export default defineConfig(({ mode }) => (mode === "npm" ? npm : site));
