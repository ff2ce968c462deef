import { lazy, type ComponentType } from "react";
import { Home } from "../features/home/Home";

/** A page of the menu. */
export interface Page {
  to: string;
  label: string;
  /** Addresses of other pages that belong to it. */
  also?: string[];
  /** Left out for a bookkeeper, who could change nothing there. */
  owner?: true;
}

/** What belongs together stands together; a part without a title has none shown. A new page gets a line here and one in ROUTES. */
export const MENU: { title: string; pages: Page[] }[] = [
  {
    title: "The books",
    pages: [
      { to: "/", label: "Home" },
      { to: "/orders", label: "Orders" },
      { to: "/closes", label: "Daily close" },
      { to: "/watch", label: "Nothing missed" },
    ],
  },
  {
    title: "The work",
    pages: [
      { to: "/activity", label: "Activity" },
      { to: "/repair", label: "Repair" },
    ],
  },
  {
    title: "Accounts and flows",
    pages: [
      { to: "/setup", label: "Set-up", owner: true },
      { to: "/connections", label: "Connections", also: ["/connect", "/agencies"] },
      { to: "/templates", label: "Templates" },
      { to: "/flows", label: "Flows" },
      { to: "/backfills", label: "Backfill" },
      { to: "/catalogue", label: "Catalogue" },
      { to: "/settings", label: "Settings" },
    ],
  },
  {
    title: "",
    pages: [{ to: "/help", label: "Help" }],
  },
];

/** Which page stands at an address; the parts of it that change, such as ``:id``, are given to the page as text. */
export const ROUTES: { path: string; page: ComponentType<Record<string, string>> }[] = [
  { path: "/", page: Home },
  { path: "/orders", page: lazy(() => import("../features/orders/OrderList")) },
  { path: "/orders/:id", page: page(() => import("../features/orders/OrderPage")) },
  { path: "/closes", page: lazy(() => import("../features/closes/CloseList")) },
  { path: "/closes/now", page: lazy(() => import("../features/closes/ComparePage")) },
  { path: "/closes/:day", page: page(() => import("../features/closes/ClosePage")) },
  { path: "/watch", page: lazy(() => import("../features/watch/Watch")) },
  { path: "/activity", page: lazy(() => import("../features/runs/RunList")) },
  { path: "/activity/events", page: lazy(() => import("../features/events/EventList")) },
  { path: "/activity/events/:id", page: page(() => import("../features/events/EventPage")) },
  { path: "/activity/:id", page: page(() => import("../features/runs/RunPage")) },
  { path: "/flows", page: lazy(() => import("../features/builder/FlowList")) },
  { path: "/flows/:name", page: page(() => import("../features/builder/FlowPage")) },
  { path: "/repair", page: lazy(() => import("../features/repair/Repair")) },
  { path: "/backfills", page: lazy(() => import("../features/backfill/BackfillList")) },
  { path: "/backfills/new", page: lazy(() => import("../features/backfill/NewBackfill")) },
  { path: "/backfills/:id", page: page(() => import("../features/backfill/BackfillPage")) },
  { path: "/settings", page: lazy(() => import("../features/settings/Settings")) },
  { path: "/settings/:section", page: lazy(() => import("../features/settings/Settings")) },
  { path: "/help", page: lazy(() => import("../features/help/Help")) },
  { path: "/setup", page: lazy(() => import("../features/setup/Setup")) },
  { path: "/templates", page: lazy(() => import("../features/templates/Gallery")) },
  { path: "/templates/:name", page: page(() => import("../features/templates/TemplatePage")) },
  { path: "/connections", page: lazy(() => import("../features/connections/ConnectionList")) },
  // Not below /connections: a connection may have any name.
  { path: "/connect", page: lazy(() => import("../features/connections/NewConnection")) },
  { path: "/agencies", page: lazy(() => import("../features/connections/AgencyList")) },
  { path: "/connections/:name", page: page(() => import("../features/connections/ConnectionPage")) },
  { path: "/catalogue", page: lazy(() => import("../features/catalogue/Catalogue")) },
  { path: "/catalogue/:ref_", page: page(() => import("../features/catalogue/OperationPage")) },
];

/** A page that wants parts of its address, by their names. */
function page<Parts extends Record<string, string>>(load: () => Promise<{ default: ComponentType<Parts> }>) {
  return lazy(load) as unknown as ComponentType<Record<string, string>>;
}
