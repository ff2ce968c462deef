import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./app/app.css";
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { whenSessionEnds } from "./api/client";
import { retries } from "./api/queries";
import { App } from "./app/App";
import { theme } from "./app/theme";
import { watchBackButton } from "./components/unsaved";

const queries = new QueryClient({
  defaultOptions: { queries: { retry: retries, retryDelay: (n) => Math.min(1000 * 2 ** n, 10_000) } },
});

// A session may end at any time: it is asked for once more, and the door is shown over what was typed.
whenSessionEnds(() => void queries.invalidateQueries({ queryKey: ["session"] }));
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
