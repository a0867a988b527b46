import { defineConfig } from "vitest/config";
import { precompress } from "./precompress.ts";
import { trimTimePatterns } from "./trimTimePatterns.ts";

// Where `npm run dev` finds a server to ask; the built page asks the server it came from.
const SERVER = process.env.TRIALOG_SERVER ?? "http://127.0.0.1:5000";
const ASKED = [
  "/api",
  "/ajax-api",
  "/mlflow",
  "/get-artifact",
  "/model-versions/get-artifact",
  "/login",
  "/logout",
  "/health",
  "/version",
];

export default defineConfig({
  // Addresses of files are relative, because only the server knows below which prefix it stands: `<base>` says so.
  base: "./",
  plugins: [precompress(), trimTimePatterns()],
  build: {
    outDir: "../src/trialog/server/ui_files",
    emptyOutDir: true,
    target: "es2023",
    cssTarget: ["chrome123", "firefox121", "safari17.5"],
    // A style sheet that comes as data would need a hole in the policy of the page.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      onwarn(warning, warn) {
        // Marks for servers that render React, of which there is none here.
        if (warning.code !== "MODULE_LEVEL_DIRECTIVE") warn(warning);
      },
    },
  },
  server: { proxy: Object.fromEntries(ASKED.map((path) => [path, SERVER])) },
  test: { include: ["src/**/*.test.ts"], environment: "node", isolate: false },
});
