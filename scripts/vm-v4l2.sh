#!/bin/bash
# Runs a command in an emulated machine that has a real V4L2 camera: /dev/video0, the kernel's virtual driver "vivid".
#
#   scripts/vm-v4l2.sh FOLDER COMMAND...
#
# The guest sees this machine's files read-only under the same paths, so Node and the build are there; FOLDER alone is
# writable (and /tmp, /run, in memory), and the command runs in it as root. The command's standard output and exit
# status become those of this script; its standard error, and whatever the kernel says, go to standard error.
#
# For Debian on x86-64, without KVM and without being root: packages (qemu, kernel, busybox) are downloaded once and
# unpacked under $TAGALONG_VM_CACHE, by default ~/.cache/tagalong-vm. About 5 s from start to the command, all emulated.
# Environment: TIMEOUT seconds (default 300), MEMORY in MiB (default 1024).
set -euo pipefail

readonly cache=${TAGALONG_VM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/tagalong-vm}
readonly root=$cache/root # the unpacked packages
readonly timeout=${TIMEOUT:-300} memory=${MEMORY:-1024}
readonly modules=(virtio_pci 9pnet_virtio 9p vivid)

main() {
  if [ $# -lt 2 ]; then
    sed -n '2,14s/^# \{0,1\}//p' "$0" >&2
    exit 2
  fi
  local folder
  folder=$(realpath "$1")
  shift
  [ -e "$cache/complete" ] || build_machine >&2
  run_machine "$folder" "$@"
}

# ---- once: packages, kernel, first file system ----

build_machine() {
  echo "vm-v4l2: fetching the emulated machine into $cache"
  rm -rf "$cache"
  mkdir -p "$cache/debs/partial" "$root"
  fetch_packages
  for package in "$cache"/debs/*.deb; do dpkg-deb -x "$package" "$root"; done
  rm -rf "$cache/debs"
  local version
  version=$(basename "$root"/boot/vmlinuz-*)
  version=${version#vmlinuz-}
  as kmod depmod -b "$root" "$version"
  unpack_kernel "$root/boot/vmlinuz-$version" "$cache/vmlinux"
  build_initrd "$version"
  touch "$cache/complete"
}

# qemu with the libraries this machine lacks, and the newest Debian kernel (without what an installed one pulls in).
fetch_packages() {
  local kernel
  cd "$cache/debs"
  apt-get -qq install -y --no-install-recommends --download-only --reinstall \
    -o Dir::Cache::archives="$cache/debs" -o Debug::NoLocking=1 -o APT::Sandbox::User=root \
    qemu-system-x86 seabios busybox-static kmod cpio >/dev/null
  kernel=$(apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1)
  apt-get -qq -o APT::Sandbox::User=root download "$kernel"
  cd - >/dev/null
}

# Debian's kernel is an xz stream behind a loader; unpacking it here saves seconds of emulated work.
unpack_kernel() {
  local offset
  offset=$(LC_ALL=C grep -obUaP '\xfd7zXZ\x00' "$1" | head -n 1 | cut -d: -f1)
  # what follows the stream makes xz complain, after all has been written
  tail -c "+$((offset + 1))" "$1" | xz -dc --single-stream >"$2" 2>/dev/null || [ -s "$2" ]
}

# Busybox, the modules in the order they depend on each other, and the script below.
build_initrd() {
  local tree=$cache/initrd number=100 module
  mkdir -p "$tree"/{bin,modules,proc,sys,dev,host}
  cp "$(unpacked busybox)" "$tree/bin/"
  for module in "${modules[@]}"; do as kmod modprobe -d "$root" -S "$1" --show-depends "$module"; done |
    awk '$1 == "insmod" && !seen[$2]++ { print $2 }' |
    while read -r module; do
      cp "$module" "$tree/modules/$number-$(basename "$module")"
      number=$((number + 1))
    done
  guest_init >"$tree/init"
  chmod +x "$tree/init"
  (cd "$tree" && find . | "$(unpacked cpio)" -o -H newc --quiet) >"$cache/initrd.img"
}

# Path of a program among the packages: Debian moved /bin to /usr/bin.
unpacked() {
  local place
  for place in usr/bin bin usr/sbin sbin; do
    [ ! -f "$root/$place/$1" ] || { echo "$root/$place/$1" && return; }
  done
  echo "vm-v4l2: no $1 among the packages" >&2
  return 1
}

# Calls one of the names of a multi-call program that was unpacked, not installed.
as() {
  local program name=$2
  program=$(unpacked "$1")
  shift 2
  (exec -a "$name" "$program" "$@")
}

# The guest's first process: load the modules, mount the host's files, run the command, switch off.
guest_init() {
  cat <<'INIT'
#!/bin/busybox sh
b=/bin/busybox
$b mount -t proc proc /proc
$b mount -t sysfs sys /sys
$b mount -t devtmpfs dev /dev
folder=$($b sed -n 's/.*vm_folder=\([^ ]*\).*/\1/p' /proc/cmdline)
for module in /modules/*.ko; do
  case $module in
    # one device, one input, a webcam: 320x180 to 1920x1080 and more, at up to 60 frames a second
    *vivid.ko) $b insmod "$module" n_devs=1 node_types=0x1 num_inputs=1 input_types=0 ;;
    *) $b insmod "$module" ;;
  esac
done
share=trans=virtio,version=9p2000.L,msize=262144
$b mount -t 9p -o "ro,$share,cache=loose" host /host
for place in dev proc sys; do $b mount --move /$place /host/$place; done
for place in tmp run; do $b mount -t tmpfs tmpfs /host/$place; done
$b mkdir -p /host/dev/shm "/host$folder"
$b mount -t tmpfs tmpfs /host/dev/shm
$b mount -t 9p -o "$share,cache=none" folder "/host$folder"
$b ip link set lo up
cd /
$b chroot /host /bin/bash "$folder/.vm-command" >"/host$folder/.vm-stdout"
echo $? >"/host$folder/.vm-status"
$b poweroff -f
INIT
}

# ---- every time ----

run_machine() {
  local folder=$1
  shift
  rm -f "$folder"/.vm-{status,stdout}
  {
    printf 'export PATH=%q HOME=/tmp\ncd %q\n' "$PATH" "$folder"
    printf '%q ' "$@"
  } >"$folder/.vm-command"
  qemu "$folder" </dev/null >&2 || echo "vm-v4l2: qemu ended with status $?" >&2
  local status=124 # as timeout(1): the guest never came to its end
  [ -e "$folder/.vm-status" ] && status=$(cat "$folder/.vm-status")
  [ -e "$folder/.vm-stdout" ] && cat "$folder/.vm-stdout"
  rm -f "$folder"/.vm-{command,status,stdout}
  exit "$status"
}

# no_timer_check: on a busy host the emulated timer can be late, which the kernel would take for a broken one.
qemu() {
  local libraries=$root/usr/lib/x86_64-linux-gnu:$root/lib/x86_64-linux-gnu
  LD_LIBRARY_PATH=$libraries timeout "$timeout" "$root/usr/bin/qemu-system-x86_64" \
    -L "$root/usr/share/qemu" -L "$root/usr/share/seabios" \
    -nodefaults -no-user-config -no-reboot -display none -serial stdio \
    -machine q35 -accel tcg,thread=multi -cpu max -smp 2 -m "$memory" \
    -kernel "$cache/vmlinux" -initrd "$cache/initrd.img" \
    -append "console=ttyS0 quiet loglevel=3 panic=-1 no_timer_check mitigations=off vm_folder=$1" \
    -fsdev local,id=host,path=/,security_model=none,readonly=on,multidevs=remap \
    -device virtio-9p-pci,fsdev=host,mount_tag=host \
    -fsdev "local,id=folder,path=$1,security_model=none" \
    -device virtio-9p-pci,fsdev=folder,mount_tag=folder
}

main "$@"
