import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// The server that 'npm run dev' passes calls on to: 'orderbridge serve' as it starts without settings.
const server = "http://127.0.0.1:8765";

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "../src/orderbridge/api/static",
    emptyOutDir: true,
    target: "es2022",
    // These know light-dark() themselves; what it is rewritten to for older ones does not see the chosen theme.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { "/api": server, "/docs": server, "/openapi.json": server } },
});
