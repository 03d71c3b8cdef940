/** What a visitor's browser keeps: in this tab, or, where the visitor asked for it, on this device. */

const KEY = "rls-chat";
const inMemory = new Map<string, string>(); // for browsers that forbid storage

type Area = Pick<Storage, "getItem" | "setItem" | "removeItem"> & { isInMemory?: boolean };

function area(name: "sessionStorage" | "localStorage"): Area {
  try {
    const found = globalThis[name];
    found.setItem(`${KEY}?`, "");
    found.removeItem(`${KEY}?`);
    return found;
  } catch {
    return {
      isInMemory: true,
      getItem: (key) => inMemory.get(name + key) ?? null,
      setItem: (key, value) => void inMemory.set(name + key, value),
      removeItem: (key) => void inMemory.delete(name + key),
    };
  }
}

/** A message that the server has not answered yet. */
export interface Unsent {
  id: string;
  text: string; // words, or a button's id
  title: string; // what the visitor sees
  isStopped?: boolean; // nothing more is tried by itself
}

/** All that is kept. */
export interface Kept {
  token?: string;
  until?: number; // when the session ends, in seconds since the epoch: nothing is kept longer
  draft?: string;
  unsent?: Unsent[];
  dropped?: string[]; // ids of messages that the visitor took back
  foldSources?: boolean;
}

export class Keep {
  private tab = area("sessionStorage");
  private device = area("localStorage");
  // A chat of this tab's own comes first: another tab's that is kept on the device is not mixed with it.
  private isOnDevice = this.tab.getItem(KEY) === null && this.device.getItem(KEY) !== null;

  /** Whether anything could be kept on the device. */
  get canRemember(): boolean {
    return !this.device.isInMemory;
  }

  /** Whether the visitor wants the chat to be there after the tab is closed. */
  get isRemembered(): boolean {
    return this.isOnDevice && this.device.getItem(KEY) !== null;
  }

  remember(wanted: boolean): void {
    const kept = this.read();
    this.forget();
    this.isOnDevice = wanted;
    this.put(wanted ? this.device : this.tab, kept);
  }

  read(): Kept {
    try {
      const kept = JSON.parse(this.place.getItem(KEY)!) as Kept | null;
      if (kept && isSound(kept) && !((kept.until ?? Infinity) < Date.now() / 1_000)) return kept;
      this.forget();
      return {};
    } catch {
      return {};
    }
  }

  write(change: Kept): void {
    this.put(this.place, { ...this.read(), ...change });
  }

  /** Nothing of this chat stays. */
  forget(): void {
    this.tab.removeItem(KEY);
    if (this.isOnDevice) this.device.removeItem(KEY);
  }

  private get place(): Area {
    return this.isRemembered ? this.device : this.tab;
  }

  private put(where: Area, kept: Kept): void {
    const entries = Object.entries(kept).filter(([, value]) => value && value.length !== 0) as [string, unknown][];
    try {
      if (entries.length) where.setItem(KEY, JSON.stringify(Object.fromEntries(entries)));
      else where.removeItem(KEY);
    } catch {
      // full: the chat goes on, only a reload would lose what is not sent yet
    }
  }
}

/** Any script of the page can write there. */
function isSound({ token = "", draft = "", unsent = [], dropped = [] }: Kept): boolean {
  return [token, draft].every((words) => typeof words === "string") && [unsent, dropped].every(Array.isArray);
}
