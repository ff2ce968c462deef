import { lazy, type ComponentType } from "react";
import { Home } from "../features/home/Home";

/** A page of the menu. */
export interface Page {
  to: string;
  label: string;
  /** Left out for a bookkeeper, who could change nothing there. */
  owner?: true;
}

/** What belongs together stands together. A new page gets a line here and one in ROUTES. */
export const MENU: { title: string; pages: Page[] }[] = [
  {
    title: "The books",
    pages: [
      { to: "/", label: "Home" },
      { to: "/orders", label: "Orders" },
      { to: "/closes", label: "Daily close" },
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
    title: "Set-up",
    pages: [{ to: "/flows", label: "Flows" }],
  },
];

/** Which page stands at an address; the parts of it that change, such as ``:id``, are given to the page as text. */
export const ROUTES: { path: string; page: ComponentType<Record<string, string>> }[] = [
  { path: "/", page: Home },
  { path: "/orders", page: lazy(() => import("../features/orders/OrderList")) },
  { path: "/orders/:id", page: page(() => import("../features/orders/OrderPage")) },
  { path: "/closes", page: lazy(() => import("../features/closes/CloseList")) },
  { path: "/closes/:day", page: page(() => import("../features/closes/ClosePage")) },
  { path: "/activity", page: lazy(() => import("../features/runs/RunList")) },
  { path: "/activity/:id", page: page(() => import("../features/runs/RunPage")) },
  { path: "/flows", page: lazy(() => import("../features/builder/FlowList")) },
  { path: "/flows/:name", page: page(() => import("../features/builder/FlowPage")) },
  { path: "/repair", page: lazy(() => import("../features/repair/Repair")) },
];

/** A page that wants parts of its address, by their names. */
function page<Parts extends Record<string, string>>(load: () => Promise<{ default: ComponentType<Parts> }>) {
  return lazy(load) as unknown as ComponentType<Record<string, string>>;
}
