#!/bin/bash
# Installs Tagalong as a service on Debian, Ubuntu or JetPack with systemd and Node 20.19 or newer:
#
#   npm ci && sudo deploy/install.sh
#
# The program goes to /opt/tagalong, the example configuration to /etc/tagalong (an existing one is kept), recordings to
# /var/lib/tagalong; the service runs as the user `tagalong`. Run it again to update: the service is restarted.
#
#   --prefix DIR   installs under DIR instead, without users, systemctl and udev: for packages and tests
#   --no-start     installs, but does not start
#   --uninstall    removes the program, the unit and the rules; keeps configuration and recordings
set -euo pipefail
readonly here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
prefix='' start=yes action=install

main() {
  while [ $# -gt 0 ]; do
    case $1 in
      --prefix) prefix=${2:?--prefix needs a folder}; shift ;;
      --no-start) start=no ;;
      --uninstall) action=uninstall ;;
      *) fail "unknown option $1; see the head of $0" ;;
    esac
    shift
  done
  if [ -z "$prefix" ] && [ "$(id -u)" != 0 ]; then fail 'must be run as root: sudo deploy/install.sh'; fi
  "$action"
}

install() {
  check_node
  [ -e "$here/dist/src/cli/main.js" ] || fail 'not built: run `npm ci` first'
  [ -z "$prefix" ] && add_user
  copy_program
  put_file "$here/deploy/systemd/tagalong.service" "$prefix/etc/systemd/system/tagalong.service" 644
  put_file "$here/deploy/systemd/tagalong-agent.service" "$prefix/etc/systemd/system/tagalong-agent.service" 644
  put_file "$here/deploy/udev/70-tagalong.rules" "$prefix/etc/udev/rules.d/70-tagalong.rules" 644
  mkdir -p "$prefix/etc/tagalong" "$prefix/var/lib/tagalong"
  if [ ! -e "$prefix/etc/tagalong/tagalong.yaml" ]; then
    put_file "$here/deploy/tagalong.yaml" "$prefix/etc/tagalong/tagalong.yaml" 640
  fi
  if [ ! -e "$prefix/etc/tagalong/agent.yaml" ]; then
    put_file "$here/deploy/agent.yaml" "$prefix/etc/tagalong/agent.yaml" 640
  fi
  link_command
  [ -n "$prefix" ] || activate
}

# `tagalong` for people at the device, and for pushes over ssh; one that somebody else put there stays.
link_command() {
  local link=$prefix/usr/local/bin/tagalong
  if [ -e "$link" ] && [ ! -L "$link" ]; then return; fi
  chmod 755 "$prefix/opt/tagalong/dist/src/cli/main.js"
  mkdir -p "$(dirname "$link")"
  ln -sfn /opt/tagalong/dist/src/cli/main.js "$link"
}

uninstall() {
  if [ -z "$prefix" ]; then systemctl disable --now tagalong.service tagalong-agent.service 2>/dev/null || true; fi
  rm -rf "$prefix/opt/tagalong"
  if [ -L "$prefix/usr/local/bin/tagalong" ]; then rm "$prefix/usr/local/bin/tagalong"; fi
  rm -f "$prefix/etc/systemd/system/"{tagalong,tagalong-agent}.service "$prefix/etc/udev/rules.d/70-tagalong.rules"
  if [ -z "$prefix" ]; then systemctl daemon-reload; fi
  echo 'removed; /etc/tagalong and /var/lib/tagalong are kept'
}

check_node() {
  local version
  version=$(node --version 2>/dev/null) || fail 'node is not installed: Node 20.19 or newer is needed'
  version=${version#v}
  if [ "$(printf '20.19.0\n%s\n' "$version" | sort -V | head -n 1)" != 20.19.0 ]; then
    fail "node is $version: 20.19 or newer is needed"
  fi
  # the service looks for it only here
  if [ -z "$prefix" ] && ! PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin command -v node >/dev/null; then
    fail "node is in $(dirname "$(command -v node)"), where a service does not look: ln -s $(command -v node) /usr/local/bin/node"
  fi
}

add_user() {
  getent passwd tagalong >/dev/null ||
    useradd --system --home-dir /var/lib/tagalong --shell /usr/sbin/nologin --user-group tagalong
  getent passwd tagalong-agent >/dev/null ||
    useradd --system --home-dir /var/lib/tagalong-agent --shell /usr/sbin/nologin --gid tagalong tagalong-agent
  local group
  for group in video render dialout; do
    getent group "$group" >/dev/null || groupadd --system "$group"
  done
}

# Beside the old one, then exchanged: an update that is cut off leaves a program that runs.
copy_program() {
  local target=$prefix/opt/tagalong
  rm -rf "$target.new"
  mkdir -p "$target.new"
  cp -a "$here"/{package.json,dist,models,deploy,docs,node_modules} "$target.new/"
  rm -rf "$target.new"/dist/{test,bench}
  [ -n "$prefix" ] || chown -R root:root "$target.new"
  rm -rf "$target.old"
  if [ -e "$target" ]; then mv "$target" "$target.old"; fi
  mv "$target.new" "$target"
  rm -rf "$target.old"
}

put_file() {
  mkdir -p "$(dirname "$2")"
  cp "$1" "$2"
  chmod "$3" "$2"
}

activate() {
  chown -R root:tagalong /etc/tagalong
  chmod 750 /etc/tagalong
  udevadm control --reload && udevadm trigger --subsystem-match=video4linux --subsystem-match=tty || true
  # before the unit makes it: the device is enrolled first
  install -d -o tagalong-agent -g tagalong -m 750 /var/lib/tagalong-agent
  systemctl daemon-reload
  systemctl enable tagalong.service
  if [ "$start" = yes ]; then
    systemctl restart tagalong.service || fail 'it does not start: journalctl -u tagalong -n 20'
    systemctl --no-pager --lines=5 status tagalong.service || true
  fi
  echo 'for a fleet: tagalong agent enroll, then systemctl enable --now tagalong-agent (docs/fleet-device.md)'
  echo 'installed; settings are in /etc/tagalong/tagalong.yaml, then: sudo systemctl reload tagalong'
}

fail() {
  echo "error: $*" >&2
  exit 2
}

main "$@"
