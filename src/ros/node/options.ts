/** How the node is called and what it publishes; see docs/ros.md. */
export interface RosOptions {
  /** Of the node. */
  readonly name: string;
  /** Of the node and all its topics: `/` or `/robot`. */
  readonly namespace: string;
  /** `frame_id` of the headers: the camera's optical frame. */
  readonly frameId: string;
  /** Quality of service of boxes and regions. */
  readonly boxes: { readonly reliability: 'reliable' | 'best-effort'; readonly depth: number };
  /** Which discovery messages are spoken: with Humble's nodes or with later ones. */
  readonly graph: 'humble' | 'iron-or-later';
}
