/** What to do when something happens, with the page where it is done. */
export interface Topic {
  when: string;
  then: string;
  to: string;
  label: string;
}

export const TOPICS: Topic[] = [
  {
    when: "An order is missing in Act!",
    then: "Look the order up by its number or the customer’s name. Its page says where it is: on its way, stopped with a reason, or never told.",
    to: "/orders",
    label: "Look among the orders",
  },
  {
    when: "Something waits for a person",
    then: "Repair shows it by cause, the most money first, and what to do about each. When that is done, all of it is tried again with one button.",
    to: "/repair",
    label: "Go to Repair",
  },
  {
    when: "A day is red or open",
    then: "Open the day: each difference has its amount and its reason. Where the reason is found and mended, compare the day again.",
    to: "/closes",
    label: "Go to the daily close",
  },
  {
    when: "Something wrong is being written",
    then: "Pause all writes: it holds within two seconds, and what comes in is kept. Then find the flow, take it back, and let writes go on.",
    to: "/settings/writes",
    label: "Pause all writes",
  },
  {
    when: "A flow shall work on live accounts",
    then: "Try it out on real records first and look at what it would do. Then its checks are made, and where all pass it goes live.",
    to: "/settings/going-live",
    label: "Go to Going live",
  },
  {
    when: "An account says ‘Reconnect’",
    then: "Its token or password is no longer taken. Home says which account it is and what to do; what comes in meanwhile is kept and waits.",
    to: "/",
    label: "Look at Home",
  },
  {
    when: "Somebody shall hear of trouble",
    then: "Add a channel, such as a chat or an e-mail address, send a test message, and choose it for alerts.",
    to: "/settings/notifications",
    label: "Set up notifications",
  },
  {
    when: "Somebody new shall look at the books",
    then: "Invite them as a bookkeeper, who reads everything and changes nothing. The link works once, for a day.",
    to: "/settings/users",
    label: "Invite somebody",
  },
  {
    when: "This machine is to be replaced",
    then: "Make a backup and download it, and copy the master key by another way. Both are needed on the new machine.",
    to: "/settings/backup",
    label: "Make a backup",
  },
];
