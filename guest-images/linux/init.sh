# SPDX-License-Identifier: Apache-2.0
# What /init runs: mounts, one marker line, the actions of the kernel argument bulkhead.run=, then a shell on the console.

mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
echo 0 > /proc/sys/debug/exception-trace # no register dumps of processes that the checks kill on purpose
echo 1 > /proc/sys/kernel/printk         # kernel messages must not break into the checks' lines
echo "bulkhead-linux: init reached, $(grep -c ^processor /proc/cpuinfo) cpus online"

actions=
for word in $(cat /proc/cmdline); do
	case $word in
	bulkhead.run=*) actions=${word#bulkhead.run=} ;;
	esac
done

# The modules of initramfs-disk.cpio.gz, once.
load_modules() {
	[ -d /sys/module/virtio_mmio ] || while read -r name; do
		insmod "/lib/modules/$name.ko" || echo "bulkhead-linux: cannot load $name"
	done </etc/modules
}

# Mounts the disk, tells what an earlier boot has left there, and leaves something of this one. $1: whose disk it is to be.
use_disk() {
	load_modules
	mount -t ext4 /dev/vda /mnt || { echo "bulkhead-linux: the disk cannot be mounted"; return; }
	boot=$(($(cat /mnt/boots 2>/dev/null) + 1))
	if [ "$boot" = 1 ]; then
		echo "bulkhead-linux: disk: boot 1, an empty disk"
	elif (cd /mnt && md5sum -c sums >/dev/null); then
		echo "bulkhead-linux: disk: boot $boot, the data is of $(head -n 1 /mnt/data)"
	else
		echo "bulkhead-linux: disk: boot $boot, the data is damaged"
	fi
	echo "$boot" >/mnt/boots
	yes "$1 in boot $boot" | head -c 4000000 >/mnt/data
	(cd /mnt && md5sum data >sums)
	sync
	echo "bulkhead-linux: disk: $1 has written in boot $boot"
}

# $1: the address in QEMU's user network, whose own host answers at 10.0.2.2.
use_network() {
	load_modules
	ifconfig eth0 "$1" netmask 255.255.255.0 && route add default gw 10.0.2.2
	if ping -c 2 -W 5 -q 10.0.2.2 >/tmp/ping; then
		echo "bulkhead-linux: network: $1, $(grep received /tmp/ping)"
	else
		echo "bulkhead-linux: network: nobody answers"
	fi
}

finish() {
	/bin/checks drain # power-off does not wait for the console's output
	"$1" -f
	sleep 10
}

# The console is closed meanwhile: an open one without an interrupt is polled.
quietly() {
	echo "bulkhead-linux: quiet begin"
	/bin/checks drain
	exec </dev/null >/dev/null 2>&1
	"$@"
	exec </dev/console >/dev/console 2>&1
	echo "bulkhead-linux: quiet end"
}

IFS=,
for action in $actions; do
	case $action in
	checks) /bin/checks ;;
	poweroff | reboot) finish "$action" ;;
	forks=* | values | busy=* | bench=*) /bin/checks "$action" ;;
	samples=*)
		echo 0 > /proc/sys/kernel/perf_cpu_time_max_percent # the kernel takes fewer when it finds a slow host
		/bin/checks "$action"
		;;
	load=*) quietly /bin/checks "$action" ;;
	quiet=*) quietly sleep "${action#quiet=}" ;;
	disk=*) use_disk "${action#disk=}" ;;
	net=*) use_network "${action#net=}" ;;
	shell) ;;
	*) echo "bulkhead-linux: unknown action '$action' in bulkhead.run=" \
		"(checks, values, forks=N, busy=SECONDS, load=SECONDS, bench=ROUNDS, samples=PERIOD, quiet=SECONDS," \
		"disk=OWNER, net=ADDRESS, poweroff, reboot, shell)" ;;
	esac
done
unset IFS

while true; do
	setsid cttyhack sh
	echo "bulkhead-linux: the shell has ended, starting another"
done
