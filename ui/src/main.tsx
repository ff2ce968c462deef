import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./app/app.css";
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Problem } from "./api/client";
import { retries } from "./api/queries";
import { App } from "./app/App";
import { theme } from "./app/theme";
import { watchBackButton } from "./components/unsaved";

/** A session may end at any time; whoever learns of it first lets the door be shown, with what was typed still there. */
function onError(error: unknown): void {
  if (error instanceof Problem && error.status === 401) void queries.invalidateQueries({ queryKey: ["session"] });
}

const queries = new QueryClient({
  queryCache: new QueryCache({ onError: (error, query) => query.queryKey[0] !== "session" && onError(error) }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: { queries: { retry: retries, retryDelay: (n) => Math.min(1000 * 2 ** n, 10_000) } },
});

watchBackButton();
createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <Notifications position="bottom-right" />
        <App />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
