import type { RosEnvironment } from '../environment.js';

/** CycloneDDS's configuration that stands for ROS's variables; null: its own (which heeds CYCLONEDDS_URI). */
export function domainConfiguration({ range, cycloneUri }: RosEnvironment): string | null {
  if (range === 'subnet') return null;
  const own = range === 'off' ? nobody : thisMachine;
  // what a person has configured comes last and wins
  return cycloneUri === undefined ? own : `${own},${cycloneUri}`;
}

const thisMachine =
  '<CycloneDDS><Domain><General><Interfaces><NetworkInterface address="127.0.0.1" multicast="false"/></Interfaces>' +
  '<AllowMulticast>false</AllowMulticast></General>' +
  '<Discovery><ParticipantIndex>auto</ParticipantIndex><MaxAutoParticipantIndex>32</MaxAutoParticipantIndex>' +
  '<Peers><Peer address="127.0.0.1"/></Peers></Discovery></Domain></CycloneDDS>';

const nobody =
  '<CycloneDDS><Domain><General><AllowMulticast>false</AllowMulticast></General>' +
  '<Discovery><ParticipantIndex>none</ParticipantIndex></Discovery></Domain></CycloneDDS>';
