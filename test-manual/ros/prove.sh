#!/bin/bash
# Proves the ROS 2 node in about a minute on a machine that has ROS: images in, boxes out, services, lifecycle, names.
#   source /opt/ros/jazzy/setup.bash
#   test-manual/ros/prove.sh [rclnodejs|dds] [FOLDER OF A BAG WITH /camera/image_raw]
# TAGALONG names the program (by default this repository's dist/src/cli/main.js). Ends with `all N passed` and code 0.
set -uo pipefail

backend="${1:-rclnodejs}"
bag="${2:-}"
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
program="${TAGALONG:-$here/../../dist/src/cli/main.js}"
work="$(mktemp -d)"
started=()
passed=0
failed=0

if [ -z "${ROS_DISTRO:-}" ]; then echo "no ROS 2 is sourced: source /opt/ros/jazzy/setup.bash" >&2; exit 2; fi
if ! ros2 interface show vision_msgs/msg/Detection2D >/dev/null 2>&1; then
  echo "vision_msgs is missing: sudo apt-get install ros-$ROS_DISTRO-vision-msgs" >&2; exit 2
fi
if [ ! -x "$program" ] && ! command -v "$program" >/dev/null; then
  echo "\"$program\" is not there: npm ci, or set TAGALONG" >&2; exit 2
fi

end_all() {
  for pid in "${started[@]}"; do kill -INT "$pid" 2>/dev/null; done
  wait 2>/dev/null
  rm -rf "$work"
}
trap end_all EXIT

# check TITLE PATTERN COMMAND...: what the command prints within 15 s must match.
check() {
  local title="$1" pattern="$2" said
  shift 2
  said="$(timeout 15 "$@" 2>&1)"
  if grep -qE -- "$pattern" <<<"$said"; then
    passed=$((passed + 1)); echo "ok      $title"
  else
    failed=$((failed + 1)); echo "FAILED  $title: wanted /$pattern/, got:"; sed 's/^/          /' <<<"$said" | head -8
  fi
}
# silent TITLE TOPIC: nothing may come within 3 s.
silent() {
  if timeout 3 ros2 topic echo --once "$2" >"$work/echo" 2>/dev/null && [ -s "$work/echo" ]; then
    failed=$((failed + 1)); echo "FAILED  $1: a message came"
  else
    passed=$((passed + 1)); echo "ok      $1"
  fi
}

echo "ROS $ROS_DISTRO, ${RMW_IMPLEMENTATION:-its own middleware}; backend $backend"
if [ -n "$bag" ]; then
  ros2 bag play --loop "$bag" >/dev/null 2>&1 & started+=($!)
else
  python3 "$here/publish_images.py" & started+=($!)
fi
"$program" ros ros:///camera/image_raw --ros-args -r __ns:=/uav1 -r tracker/roi:=/uav1/region \
  -p backend:="$backend" >"$work/log" 2>&1 & started+=($!)
for _ in $(seq 30); do ros2 node list 2>/dev/null | grep -q '^/uav1/tagalong$' && break; sleep 1; done

check 'the node is listed' '^/uav1/tagalong$' ros2 node list
check 'the backend is the one asked for' "$backend|DDS" grep -iE 'rclnodejs|DDS' "$work/log"
check 'the box has its topic and type' '/uav1/tracker/bbox \[vision_msgs/msg/Detection2D\]' ros2 topic list -t
check 'a remapped topic has its other name' '^/uav1/region$' ros2 topic list
check 'a latched state reaches one who comes late' 'data: idle' \
  ros2 topic echo --once --qos-durability transient_local --qos-reliability reliable /uav1/tracker/state
check 'it is a lifecycle node, and active' 'active \[3\]' ros2 lifecycle get /uav1/tagalong
check 'it has its services' '/uav1/tracker/stop \[std_srvs/srv/Trigger\]' ros2 service list -t

ros2 topic pub --times 3 /uav1/tracker/select sensor_msgs/msg/RegionOfInterest \
  '{x_offset: 280, y_offset: 200, width: 80, height: 80}' >/dev/null 2>&1
check 'a selected box is followed' 'data: tracking' \
  ros2 topic echo --once --qos-durability transient_local --qos-reliability reliable /uav1/tracker/state
check 'boxes come, best effort' 'size_x: [0-9]' ros2 topic echo --once --qos-reliability best_effort /uav1/tracker/bbox
if [ -z "$bag" ]; then
  check 'headers are those of the image' 'frame_id: camera_optical' \
    ros2 topic echo --once --qos-reliability best_effort /uav1/tracker/bbox
  ros2 topic pub --once /go std_msgs/msg/Empty '{}' >/dev/null 2>&1
  sleep 3
  check 'the moving square is still followed' 'data: tracking' \
    ros2 topic echo --once --qos-durability transient_local --qos-reliability reliable /uav1/tracker/state
fi
check 'boxes come as often as images' 'average rate: (2[0-9]|3[0-9])' timeout 6 ros2 topic hz /uav1/tracker/bbox
check 'diagnostics are published' 'tagalong: tracking' ros2 topic echo --once /diagnostics

check 'it can be deactivated' 'Transitioning successful' ros2 lifecycle set /uav1/tagalong deactivate
silent 'inactive, it publishes no box' /uav1/tracker/bbox
check 'inactive, a service says why not' 'success=False.*inactive' \
  ros2 service call /uav1/tracker/stop std_srvs/srv/Trigger '{}'
check 'it can be activated again' 'Transitioning successful' ros2 lifecycle set /uav1/tagalong activate
check 'then boxes come again' 'size_x: [0-9]' ros2 topic echo --once --qos-reliability best_effort /uav1/tracker/bbox
check 'it stops when it is told to' 'success=True' ros2 service call /uav1/tracker/stop std_srvs/srv/Trigger '{}'
check 'and says so' 'data: idle' \
  ros2 topic echo --once --qos-durability transient_local --qos-reliability reliable /uav1/tracker/state

if [ "$failed" -gt 0 ]; then
  echo "$failed failed, $passed passed; the node's log:"; tail -20 "$work/log"; exit 1
fi
echo "all $passed passed"
