#!/bin/bash
# Installs with apt what the tests use, on Debian or Ubuntu. Tests that miss a tool skip and say which.
set -euo pipefail
packages=(
  ffmpeg              # video files, cameras over the network
  gcc libc6-dev       # builds the camera that plays frames as /dev/video0
  libgomp1            # oneDNN's threads
  mosquitto mosquitto-clients # an MQTT broker and clients of another make
  redis-server        # the queue that spreads mining over machines
  chromium            # opens the console
  qemu-user-static libc6-arm64-cross libstdc++6-arm64-cross # runs the package for arm64
  socat               # serial ports without a wire
  nginx-light openssh-server openssh-client # a fleet's repository and devices
  python3-securesystemslib # reads its signatures
  # an RTSP server to play against
  python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-ugly
)
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
export DEBIAN_FRONTEND=noninteractive
as_root apt-get -qq update
# oneDNN has its version in its name
for name in libdnnl3.6 libdnnl3 libdnnl2; do
  if apt-cache show "$name" >/dev/null 2>&1; then packages+=("$name"); break; fi
done
# CycloneDDS, for ROS 2 without ROS
if apt-cache show libddsc0debian >/dev/null 2>&1; then packages+=(libddsc0debian); fi
# its own tools and C headers, to speak with from the other side
for name in cyclonedds-tools cyclonedds-dev; do
  if apt-cache show "$name" >/dev/null 2>&1; then packages+=("$name"); fi
done
# Fast DDS, a DDS of another make to speak with
for name in libfastrtps-dev libfastcdr-dev; do
  if apt-cache show "$name" >/dev/null 2>&1; then packages+=("$name" g++); fi
done
as_root apt-get -qq install -y --no-install-recommends "${packages[@]}" >/dev/null
