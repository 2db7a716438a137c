import { hostname } from 'node:os';
import { describeOrigin } from '../../core/ports/control.js';
import type { ConsoleSubject } from '../../runtime/console/live/subject.js';
import type { LiveControl } from '../../runtime/live/live-control.js';
import type { Log } from '../../runtime/log/log.js';
import type { ServiceLog } from '../../runtime/log/open-log.js';
import type { Health } from '../../runtime/metrics/health.js';
import type { CurrentConfig } from './current-config.js';
import { modelNames } from './model-names.js';
import type { Parts } from './parts.js';
import { configuredModel } from './tracker-of.js';

export interface ServiceFacets {
  readonly control: LiveControl;
  readonly config: CurrentConfig;
  readonly parts: Parts;
  readonly health: () => Health;
  readonly setLevel: ServiceLog['setLevel'];
  readonly log: Log;
}

/** The service as the console sees it. */
export function consoleSubject({
  control,
  config,
  parts,
  health,
  setLevel,
  log,
}: ServiceFacets): ConsoleSubject {
  return {
    device: config.now.device ?? hostname(),
    ...{ control, health },
    sinkFacts: () => parts.facts(),
    gimbal: () => parts.gimbal.view(),
    settings: () => config.settings(),
    change: (key, value, origin) => {
      const by = describeOrigin(origin);
      const next = config.change(key, value, by);
      setLevel(next.log.level);
      const { current } = parts.console.sink;
      if (current && next.console) current.video = next.console.video;
      log.info({ key, value, origin: by }, 'setting changed');
    },
    models: () => modelNames(configuredModel(config.now)),
    recordings: () => config.now.recording?.dir ?? null,
  };
}
