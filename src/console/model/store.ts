import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type {
  ConsoleEvent,
  ConsoleGimbal,
  ConsoleSetting,
  ConsoleStatus,
  CrosshairPoint,
  PictureHeader,
  Sample,
  ServerMessage,
} from '../../core/console/server-messages.js';
import { badgeOf, type Badge } from './badge.js';

export type Hello = Extract<ServerMessage, { kind: 'hello' }>;

/** `login`: a token is needed; `lost`: was open, and is tried again. */
export type Phase = 'checking' | 'login' | 'connecting' | 'open' | 'lost';

/** What the canvas shows. */
export interface DrawnPicture {
  readonly header: PictureHeader;
  /** ms of the page's own clock. */
  readonly atMs: number;
}

/** A word to the person at the page, until the next one. */
export interface Notice {
  readonly level: 'info' | 'fault';
  readonly text: string;
}

/** Everything the page knows. */
export interface Store {
  readonly phase: Signal<Phase>;
  readonly hello: Signal<Hello | null>;
  readonly status: Signal<ConsoleStatus | null>;
  /** Oldest first. */
  readonly samples: Signal<readonly Sample[]>;
  /** Newest first. */
  readonly events: Signal<readonly ConsoleEvent[]>;
  /** Null: there is none. */
  readonly gimbal: Signal<ConsoleGimbal | null>;
  /** Oldest first. */
  readonly crosshair: Signal<readonly CrosshairPoint[]>;
  readonly settings: Signal<readonly ConsoleSetting[]>;
  readonly picture: Signal<DrawnPicture | null>;
  /** Ticks four times a second, ms of the page's own clock. */
  readonly nowMs: Signal<number>;
  readonly notice: Signal<Notice | null>;
  readonly badge: ReadonlySignal<Badge>;
  readonly mayCommand: ReadonlySignal<boolean>;
}

export function createStore(): Store {
  const phase = signal<Phase>('checking');
  const hello = signal<Hello | null>(null);
  const status = signal<ConsoleStatus | null>(null);
  const picture = signal<DrawnPicture | null>(null);
  const nowMs = signal(performance.now());
  const kind = computed(() =>
    badgeOf({ phase: phase.value, status: status.value, picture: picture.value, nowMs: nowMs.value }),
  );
  return {
    ...{ phase, hello, status, picture, nowMs },
    samples: signal<readonly Sample[]>([]),
    events: signal<readonly ConsoleEvent[]>([]),
    gimbal: signal<ConsoleGimbal | null>(null),
    crosshair: signal<readonly CrosshairPoint[]>([]),
    settings: signal<readonly ConsoleSetting[]>([]),
    notice: signal<Notice | null>(null),
    badge: kind,
    mayCommand: computed(() => hello.value?.role === 'command' && phase.value === 'open'),
  };
}
