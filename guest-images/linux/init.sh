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

finish() {
	/bin/checks drain # power-off does not wait for the console's output
	"$1" -f
	sleep 10
}

IFS=,
for action in $actions; do
	case $action in
	checks) /bin/checks ;;
	poweroff | reboot) finish "$action" ;;
	forks=* | values | busy=*) /bin/checks "$action" ;;
	shell) ;;
	*) echo "bulkhead-linux: unknown action '$action' in bulkhead.run=" \
		"(checks, values, forks=N, busy=SECONDS, poweroff, reboot, shell)" ;;
	esac
done
unset IFS

while true; do
	setsid cttyhack sh
	echo "bulkhead-linux: the shell has ended, starting another"
done
