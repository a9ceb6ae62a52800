// Where what a person changes goes: tags, named selections, the selection itself, and tables to take home.

import type {
  DropRequest,
  EditedMessage,
  EditMessage,
  GrowRequest,
  JobMessage,
  NameMessage,
  NameRequest,
  RenameRequest,
  SelectedMessage,
  SelectedRequest,
  SelectMessage,
  TableForm,
  TableRequest,
  TagRequest,
} from "../schema/messages";
import { encode, type Packet, type TypedArray } from "./packet";

/** Points, one bit each: bit `i & 7` of byte `i >> 3`. */
export type Bits = Uint8Array;

export interface Points extends SelectedMessage {
  selected: Bits;
}

export interface EditingSource {
  edits(embedding: number): Promise<EditedMessage>;
  /** Give points a value in a column. */
  tag(embedding: number, request: TagRequest, selected: Bits): Promise<EditMessage>;
  /** Take an own column away, or give an edited one its own values back. */
  drop(embedding: number, column: string): Promise<EditMessage>;
  undo(embedding: number, edit: string): Promise<EditedMessage>;
  name(embedding: number, request: NameRequest, selected: Bits): Promise<NameMessage>;
  named(embedding: number, id: string): Promise<Points>;
  rename(embedding: number, id: string, name: string): Promise<EditedMessage>;
  forget(embedding: number, id: string): Promise<EditedMessage>;
  grow(embedding: number, request: GrowRequest, selected: Bits, step: number | null): Promise<JobMessage>;
  grown(job: string): Promise<Points>;
  /** All columns of some points as a file; null: of all. */
  table(embedding: number, format: TableForm, selected: Bits | null, step: number | null): Promise<NamedFile>;
  /** Tell the program what is selected; null: nothing. */
  select(embedding: number, selected: Bits | null): Promise<void>;
  /** What the program selected. */
  selected(): Promise<Points>;
  /** Told of every change, by whichever page, and of how things stand when the connection is there. */
  onEdited(listener: (edited: EditedMessage) => void): void;
  /** Told when the program selects. */
  onSelect(listener: (select: SelectMessage) => void): void;
}

export interface NamedFile {
  name: string;
  blob: Blob;
}

/** How requests are sent. */
export interface Wire {
  ask(path: string, options?: RequestInit): Promise<Response>;
  packet<Message>(path: string, options?: RequestInit): Promise<Packet<Message>>;
  begin(path: string, body: ArrayBuffer): Promise<JobMessage>;
}

export class ServerEditing implements EditingSource {
  private readonly editedListeners = new Set<(edited: EditedMessage) => void>();
  private readonly selectListeners = new Set<(select: SelectMessage) => void>();

  /** What the socket told before anybody listened. */
  private readonly edited = new Map<number, EditedMessage>();
  private chosen: SelectMessage | null = null;

  constructor(private readonly wire: Wire) {}

  edits(embedding: number): Promise<EditedMessage> {
    return this.get(`${at(embedding)}/edits`);
  }

  tag(embedding: number, request: TagRequest, selected: Bits): Promise<EditMessage> {
    return this.post(`${at(embedding)}/tags`, encode(request, { selected }));
  }

  drop(embedding: number, column: string): Promise<EditMessage> {
    return this.post(`${at(embedding)}/drop`, JSON.stringify({ column } satisfies DropRequest));
  }

  undo(embedding: number, edit: string): Promise<EditedMessage> {
    return this.post(`${at(embedding)}/edits/${edit}/undo`, "");
  }

  name(embedding: number, request: NameRequest, selected: Bits): Promise<NameMessage> {
    return this.post(`${at(embedding)}/selections`, encode(request, { selected }));
  }

  named(embedding: number, id: string): Promise<Points> {
    return this.points(`${at(embedding)}/selections/${id}`);
  }

  rename(embedding: number, id: string, name: string): Promise<EditedMessage> {
    return this.post(`${at(embedding)}/selections/${id}`, JSON.stringify({ name } satisfies RenameRequest));
  }

  async forget(embedding: number, id: string): Promise<EditedMessage> {
    return (await this.wire.ask(`${at(embedding)}/selections/${id}`, { method: "DELETE" })).json();
  }

  grow(embedding: number, request: GrowRequest, selected: Bits, step: number | null): Promise<JobMessage> {
    return this.wire.begin(`${at(embedding)}/grow${stepped(step)}`, encode(request, { selected }));
  }

  grown(job: string): Promise<Points> {
    return this.points(`api/grown/${job}`);
  }

  async table(embedding: number, format: TableForm, selected: Bits | null, step: number | null): Promise<NamedFile> {
    const arrays: Record<string, TypedArray> = selected ? { selected } : {};
    const body = encode({ format } satisfies TableRequest, arrays);
    const answer = await this.wire.ask(`${at(embedding)}/table${stepped(step)}`, { method: "POST", body });
    const named = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get("content-disposition") ?? "")?.[1];
    return { name: named ? decodeURIComponent(named) : `table.${format}`, blob: await answer.blob() };
  }

  async select(embedding: number, selected: Bits | null): Promise<void> {
    const arrays: Record<string, TypedArray> = selected ? { selected } : {};
    await this.post("api/selected", encode({ embedding } satisfies SelectedRequest, arrays));
  }

  selected(): Promise<Points> {
    return this.points("api/selected");
  }

  onEdited(listener: (edited: EditedMessage) => void): void {
    this.editedListeners.add(listener);
    for (const told of this.edited.values()) listener(told);
  }

  onSelect(listener: (select: SelectMessage) => void): void {
    this.selectListeners.add(listener);
    if (this.chosen) listener(this.chosen);
  }

  /** The socket told this. */
  tell(news: EditedMessage | SelectMessage): void {
    if ("edited" in news) {
      this.edited.set(news.edited, news);
      for (const listener of this.editedListeners) listener(news);
    } else {
      if (!this.selectListeners.size) this.chosen = news;
      for (const listener of this.selectListeners) listener(news);
    }
  }

  private async get<Message>(path: string): Promise<Message> {
    return (await this.wire.ask(path)).json();
  }

  private async post<Message>(path: string, body: ArrayBuffer | string): Promise<Message> {
    return (await this.wire.ask(path, { method: "POST", body })).json();
  }

  private async points(path: string): Promise<Points> {
    const { message, arrays } = await this.wire.packet<SelectedMessage>(path);
    return { ...message, selected: arrays.selected as Bits };
  }
}

function at(embedding: number): string {
  return `api/embeddings/${embedding}`;
}

function stepped(step: number | null): string {
  return step === null ? "" : `?step=${step}`;
}
