import { AgentServer } from '../../fleet/agent/push/agent-server.js';
import { nodeFileSystem } from '../../fleet/agent/disk/node-file-system.js';
import { enrolledKeys } from '../../fleet/agent/enroll.js';
import { Resident } from '../../fleet/agent/resident.js';
import { metricsProbe } from '../../fleet/agent/watch/probe-metrics.js';
import type { ServiceLog } from '../../runtime/log/open-log.js';
import { openNotifier } from '../../runtime/systemd/notifier.js';
import type { AgentConfig } from './agent-config.js';
import { openAgent, openRepository } from './open-agent.js';
import { socketPath } from './local-client.js';

/** The resident agent, until the signal. @throws UsageError, FleetError when it cannot begin. */
export async function runAgent(config: AgentConfig, log: ServiceLog, signal: AbortSignal): Promise<void> {
  const notifier = openNotifier();
  let publish: (again: boolean) => Promise<void> = () => Promise.resolve();
  await using opened = await openAgent(config, log, () => void publish(false));
  const { agent } = opened;
  await using reporter = await openReporter(config, log);
  publish = async (again) => {
    if (reporter) reporter.publish(await agent.report(), { again });
  };
  const repository = await openRepository(config);
  const steadyMs = (): number => performance.now();
  const resident = new Resident({
    ...{ agent, repository, log, steadyMs, random: Math.random },
    probe: metricsProbe(config.watch.url),
    checkSeconds: config.everySeconds,
    reportSeconds: config.reportSeconds,
    watch: config.watch,
    updateBudgetMs: config.updateBudgetMs,
    publish: () => publish(true),
  });
  const server = new AgentServer({
    ...{ agent, log, steadyMs, signal, device: config.device, state: config.state },
    keys: () => enrolledKeys(nodeFileSystem, config.state),
    before: () => resident.before,
    update: repository && ((options) => agent.update(repository, { ...options, before: resident.before })),
  });
  try {
    await server.listenLocally(socketPath(config.state));
    if (config.listen) {
      const { host } = config.listen;
      const port = await server.listen(host, config.listen.port);
      log.info({ host, port }, 'takes pushes with an enrolled key');
    }
    log.info({ device: config.device, repository: repository?.origin ?? null }, 'agent ready');
    notifier.ready();
    await resident.run(signal);
  } finally {
    notifier.stopping();
    await server.close();
  }
}

async function openReporter({ device, mqtt }: AgentConfig, log: ServiceLog) {
  if (!mqtt) return null;
  const { MqttReporter } = await import('./mqtt-reporter.js'); // only where there is a broker
  return new MqttReporter(device, mqtt, log.child({ part: 'mqtt' }));
}
