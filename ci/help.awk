# SPDX-License-Identifier: Apache-2.0
# Prints `make help` from the makefiles: lines "## target: text", "## VARIABLE=value: text" and "target: ... ## text".

function add(name, text) {
    line = sprintf("  %-22s %s", name, text)
    if (name ~ /=/) variables = variables line "\n"
    else targets = targets line "\n"
}
/^## [^ :]+(=[^:]*)?: / {
    i = index($0, ": ")
    add(substr($0, 4, i - 4), substr($0, i + 2))
}
/^[a-z][a-z0-9-]*:.* ## / {
    add(substr($0, 1, index($0, ":") - 1), substr($0, index($0, " ## ") + 4))
}
END {
    printf "Targets:\n%s\nVariables (make <target> VARIABLE=value):\n%s", targets, variables
}
