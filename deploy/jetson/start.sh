#!/bin/bash
# Start of the container: builds the engines of the model where this GPU has none yet, then runs the service. Without engines, or when
# they cannot be built, the ordinary model runs.
#   TAGALONG_ENGINE_MODEL  model folder that engines are built of (default: the 8-bit form for TensorRT)
set -euo pipefail
readonly root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
readonly tagalong=$root/dist/src/cli/main.js
model=${TAGALONG_ENGINE_MODEL:-$root/models/nano-int8/trt}
node "$tagalong" engine build "$model" || echo "no engine for $model: it runs without" >&2
exec node "$tagalong" run --config /etc/tagalong/tagalong.yaml "$@"
