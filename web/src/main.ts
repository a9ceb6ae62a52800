import "@fontsource-variable/inter/index.css";
import "./style.css";
import { mount } from "svelte";
import App from "./panels/App.svelte";
import { ServerSource } from "./source/server";
import { Explorer } from "./state/explorer.svelte";

const explorer = new Explorer(new ServerSource());
mount(App, { target: document.body, props: { explorer } });
void explorer.begin();
