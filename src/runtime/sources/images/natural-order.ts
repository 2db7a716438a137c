/** Orders names as people do: `frame9` before `frame10`. */
export const naturalOrder = new Intl.Collator('en', { numeric: true, sensitivity: 'variant' }).compare;
