import type { RosEnvironment } from '../environment.js';

/** CycloneDDS's configurations that stand for ROS's variables, those that are to be tried first before. */
export function domainConfigurations({ range, cycloneUri }: RosEnvironment): readonly string[] {
  const own = { subnet: [], localhost: [thisMachine], off: [nobody] }[range];
  // what a person has configured comes last and wins
  const asked = cycloneUri === undefined ? own : [...own, cycloneUri];
  return [[roomForImages, ...asked].join(), asked.join()];
}

/**
 * An image of 1280x720 comes as 2.8 MB at once, which the usual 1 MB cannot hold when the reading thread is late. The system
 * gives what net.core.rmem_max allows. CycloneDDS before 0.10 may not know the element.
 */
const roomForImages =
  '<CycloneDDS><Domain><Internal><SocketReceiveBufferSize max="16MB"/></Internal></Domain></CycloneDDS>';

const thisMachine =
  '<CycloneDDS><Domain><General><Interfaces><NetworkInterface address="127.0.0.1" multicast="false"/></Interfaces>' +
  '<AllowMulticast>false</AllowMulticast></General>' +
  '<Discovery><ParticipantIndex>auto</ParticipantIndex><MaxAutoParticipantIndex>32</MaxAutoParticipantIndex>' +
  '<Peers><Peer address="127.0.0.1"/></Peers></Discovery></Domain></CycloneDDS>';

const nobody =
  '<CycloneDDS><Domain><General><AllowMulticast>false</AllowMulticast></General>' +
  '<Discovery><ParticipantIndex>none</ParticipantIndex></Discovery></Domain></CycloneDDS>';
