#!/bin/bash
# Turns on NVIDIA's execution providers on an x64 GPU workstation: downloads the CUDA and TensorRT libraries of the
# installed onnxruntime-node (about 300 MB, from nuget.org) into node_modules. Run it after every `npm ci`.
#
# Needs besides: the NVIDIA driver, CUDA 12 and cuDNN 9 (for TensorRT: TensorRT 10) on the library path.
# Then: npm start -- --providers tensorrt,cuda,cpu   (the line `model …` says what is really used)
#
# On a Jetson (arm64) there is nothing to download: deploy/jetson/build-onnxruntime.sh builds it there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [ "$(uname -sm)" != 'Linux x86_64' ]; then
  echo "error: onnxruntime-node has CUDA libraries for Linux x86_64 only, this is $(uname -sm)" >&2
  exit 2
fi
if [ ! -d node_modules/onnxruntime-node ]; then
  echo 'error: node_modules/onnxruntime-node is missing: run `npm ci` first' >&2
  exit 2
fi
cd node_modules/onnxruntime-node
ONNXRUNTIME_NODE_INSTALL=cuda12 node script/install.js
ls bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so
