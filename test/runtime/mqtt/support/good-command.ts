export const goodCommand = {
  command: 'select',
  box: { x: 1, y: 2, width: 30, height: 40 },
  sequence: 7,
  id: 'x',
};
