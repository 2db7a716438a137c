import { fp32EngineSuite } from './engine-suite.js';

fp32EngineSuite('wasm');
