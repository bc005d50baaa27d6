#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run.sh <folder> <seconds> <program>...: runs each fuzzer for that long, from a FIT and two trees of the repository on.
# What it found it keeps in the folder, and says how to repeat it.
set -eu
dir=$1 seconds=$2
shift 2
status=0

# What the readers' targets begin with.
write_seeds() {
	cat >"$dir/seed.its" <<'EOT'
/dts-v1/; / { images {
	one { data = [5246 0000 0000 0000 0000 2000 0000 0000 0000 1000 0000 0000]; hash { algo = "sha256"; value = [00]; }; };
	two { data-size = <4>; data-offset = <0>; };
	three { data-size = <0 8>; data-position = <0 40>; hash-1 { algo = "sha256"; }; };
}; };
EOT
	dtc -q -I dts -O dtb -o "$1/seed-fit" "$dir/seed.its"
	dtc -q -I dts -O dtb -o "$1/seed-partitions" platform/qemu-virt/demo.dts
	for board in test/host/data/*.dts; do # a board's tree, a partition tree, no fragment
		dtc -qq -f -I dts -O dtb -o "$dir/board.dtb" "$board" 2>/dev/null
		for size in $(stat -c %s "$dir/board.dtb") $(stat -c %s "$1/seed-partitions"); do
			printf "$(printf '\\%03o\\%03o\\%03o\\%03o' $((size & 255)) $((size >> 8 & 255)) $((size >> 16 & 255)) 0)"
		done | cat - "$dir/board.dtb" "$1/seed-partitions" >"$1/seed-$(basename "$board" .dts)"
	done
}

for program; do
	name=$(basename "$program")
	corpus=$dir/$name.corpus
	mkdir -p "$corpus" "$dir/found"
	longest=512 # bytes of an input: a sequence of small steps
	case $name in
	fuzz_package | fuzz_trees)
		longest=65536
		write_seeds "$corpus"
		;;
	esac
	if ! ASAN_OPTIONS=detect_leaks=0 "$program" -max_total_time="$seconds" -max_len="$longest" -artifact_prefix="$dir/found/" \
		"$corpus" >"$dir/$name.log" 2>&1; then
		tail -n 30 "$dir/$name.log"
		status=1
	fi
	printf '  %-5s %-24s %s\n' FUZZ "$name" "$(grep '^Done' "$dir/$name.log" || echo "FAILED: $program <a file of $dir/found>")"
done
exit $status
