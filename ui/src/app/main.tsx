import "./tokens.css";
import "./base.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Router } from "wouter";
import { prefixOf, workspaceEntered } from "../api";
import { LanguageProvider, loadTexts, type Texts } from "../i18n";
import { withWorkspace } from "../lib/workspaces";
import { createQueryClient, firstLanguage, keepLanguage, startTheme, startWorkspace } from "../state";
import { App } from "./App";
import { followHashAddresses } from "./hashAddresses";

/** Keeps the workspace in each address: in those of links, and in those that the page goes to. */
function inWorkspace(address: string): string {
  return withWorkspace(address, workspaceEntered());
}

async function start(): Promise<void> {
  const prefix = prefixOf(document.baseURI);
  startTheme();
  followHashAddresses(prefix);
  startWorkspace(prefix);
  const language = firstLanguage();
  // Without its texts the page still works, in English.
  const texts: Texts = await loadTexts(language).catch(() => loadTexts("en"));
  const root = document.getElementById("root");
  if (root === null) return;
  createRoot(root).render(
    <StrictMode>
      <LanguageProvider language={language} texts={texts} onChoice={keepLanguage}>
        <QueryClientProvider client={createQueryClient()}>
          <Router
            base={prefix}
            hrefs={inWorkspace}
            aroundNav={(navigate, to, options) => navigate(inWorkspace(to), options)}
          >
            <App />
          </Router>
        </QueryClientProvider>
      </LanguageProvider>
    </StrictMode>,
  );
}

void start();
