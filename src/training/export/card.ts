import type { ModelContract } from '../../core/model/contract.js';

/** What a person wants to know of a model before using it. */
export interface ModelCard {
  readonly contract: ModelContract;
  /** How it was trained, in sentences. */
  readonly training: string;
  /** The unlabelled pictures it saw. */
  readonly data: { readonly videos: number; readonly images: number; readonly frames: number };
  readonly hours: number;
  /** Measured scores, if any: rows of a table. */
  readonly scores?: readonly { readonly what: string; readonly value: string }[];
  readonly limits?: readonly string[];
}

/** card.md */
export function renderCard({ contract, training, data, hours, scores = [], limits = [] }: ModelCard): string {
  const { name, cost, template, search, response, precision } = contract;
  const lines = [
    `# ${name}`,
    '',
    training,
    '',
    '| | |',
    '| --- | --- |',
    `| template / search crop | ${template.cropSize} / ${search.cropSize} px |`,
    `| response | ${response.size} x ${response.size} cells, stride ${response.stride} px |`,
    `| parameters | ${cost.parameters.toLocaleString('en')} |`,
    `| multiply-adds, one search | ${(cost.multiplyAdds / 1e6).toFixed(1)} M |`,
    `| precision | ${precision} |`,
    `| unlabelled data | ${data.videos} videos, ${data.images} images, ${data.frames.toLocaleString('en')} frames |`,
    `| labels, pretrained weights | none |`,
    `| pairs seen | ${contract.training.pairs.toLocaleString('en')} |`,
    `| time | ${hours.toFixed(2)} h |`,
    `| engine | ${contract.training.engine} |`,
    `| seed | ${contract.training.seed} |`,
    `| finished | ${contract.training.finished} |`,
    ...scores.map(({ what, value }) => `| ${what} | ${value} |`),
    '',
    ...(limits.length > 0 ? ['## Limits', '', ...limits.map((limit) => `- ${limit}`), ''] : []),
  ];
  return lines.join('\n');
}
