import test from 'ava';
import { openSource } from '../../src/runtime/sources/open-source.js';
import { frameSourceContract } from './frame-source.contract.js';

frameSourceContract(test, 'simulated flight', {
  open: () => openSource('sim://?frames=5&size=160x90'),
  frameCount: 5,
});
frameSourceContract(test, 'simulated flight in real time', {
  open: () => openSource('sim://?size=160x90&realtime=true'),
});
