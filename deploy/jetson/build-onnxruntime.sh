#!/bin/bash
# Builds onnxruntime-node with TensorRT and CUDA on a Jetson with JetPack 6, and puts it into an installation of Tagalong:
#
#   deploy/jetson/build-onnxruntime.sh [--version 1.30.0] [--work DIR] [--jobs N] [--into DIR]
#
# Needs JetPack 6 (CUDA 12, cuDNN 9, TensorRT 10), git, g++, python3 and Node. CMake 3.28 or newer is fetched by pip when it is missing.
# Takes one to three hours on an Orin and 10 GB of disk; with 8 GB of memory take --jobs 2, or add swap. Written after
# onnxruntime's own instructions; it was not run for this repository: see test-manual/jetson/README.md.
set -euo pipefail
readonly here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
version='' work=${TMPDIR:-/tmp}/onnxruntime jobs=$(nproc) into=$here

main() {
  while [ $# -gt 0 ]; do
    case $1 in
      --version) version=${2:?--version needs a number}; shift ;;
      --work) work=${2:?--work needs a folder}; shift ;;
      --jobs) jobs=${2:?--jobs needs a number}; shift ;;
      --into) into=${2:?--into needs a folder}; shift ;;
      *) fail "unknown option $1; see the head of $0" ;;
    esac
    shift
  done
  check_machine
  # the JavaScript half that is installed must meet the binary of its own version
  [ -n "$version" ] || version=$(node -p "require('$into/node_modules/onnxruntime-node/package.json').version")
  find_cmake
  fetch
  build
  put_in_place
}

check_machine() {
  [ "$(uname -sm)" = 'Linux aarch64' ] || fail "this is $(uname -sm): it is built on the Jetson itself, or in deploy/jetson/Dockerfile there"
  [ -x /usr/local/cuda/bin/nvcc ] || fail 'CUDA is missing: sudo apt-get install nvidia-jetpack'
  [ -e /usr/include/aarch64-linux-gnu/NvInfer.h ] || fail 'TensorRT is missing: sudo apt-get install nvidia-jetpack'
  local tool
  for tool in git g++ python3 node npm; do
    command -v "$tool" >/dev/null || fail "$tool is missing"
  done
  [ -d "$into/node_modules/onnxruntime-node" ] || fail "$into/node_modules/onnxruntime-node is missing: run \`npm ci\`, or name a device install with --into"
}

find_cmake() {
  local found
  found=$(cmake --version 2>/dev/null | sed -n 's/^cmake version //p') || true
  if [ "$(printf '3.28\n%s\n' "${found:-0}" | sort -V | head -n 1)" = 3.28 ]; then return; fi
  python3 -m venv "$work.venv"
  "$work.venv/bin/pip" install --quiet 'cmake>=3.28,<4'
  export PATH=$work.venv/bin:$PATH
}

fetch() {
  if [ -d "$work/.git" ] && [ "$(git -C "$work" describe --tags 2>/dev/null)" = "v$version" ]; then return; fi
  rm -rf "$work"
  git clone --quiet --depth 1 --branch "v$version" --recurse-submodules --shallow-submodules \
    https://github.com/microsoft/onnxruntime "$work"
}

build() {
  local architecture
  architecture=$(gpu_architecture)
  cd "$work"
  # root inside a container is what it is built as
  ./build.sh --config Release --parallel "$jobs" --update --build --skip_tests --allow_running_as_root \
    --build_shared_lib --build_nodejs \
    --use_cuda --cuda_home /usr/local/cuda --cudnn_home /usr \
    --use_tensorrt --tensorrt_home /usr \
    --cmake_extra_defines "CMAKE_CUDA_ARCHITECTURES=$architecture" onnxruntime_BUILD_UNIT_TESTS=OFF
}

# Orin: 87. A container does not always see the GPU while it is built.
gpu_architecture() {
  local found
  found=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader 2>/dev/null | head -n 1 | tr -d '. ') || true
  case $found in [0-9][0-9]*) echo "$found" ;; *) echo 87 ;; esac
}

put_in_place() {
  local target built
  target=$(echo "$into"/node_modules/onnxruntime-node/bin/napi-v*/linux/arm64)
  built=$(echo "$work"/js/node/bin/napi-v*/linux/arm64)
  [ -e "$built/onnxruntime_binding.node" ] || fail "the build left no $built/onnxruntime_binding.node"
  [ -d "$target" ] || fail "$target is missing: is that an install for arm64?"
  cp -a "$built"/. "$target/"
  # what the binding loads when a provider is asked for
  local library
  for library in "$work"/build/Linux/Release/libonnxruntime_providers_{shared,cuda,tensorrt}.so; do
    [ -e "$library" ] || fail "the build left no $library"
    cp "$library" "$target/"
  done
  echo "onnxruntime $version with TensorRT and CUDA is in $target; now: npx tagalong engine build models/nano-int8/trt"
}

fail() {
  echo "error: $*" >&2
  exit 2
}

main "$@"
