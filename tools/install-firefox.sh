#!/bin/sh
# Install Debian's Firefox and a screen in memory for it, where there is none; as root directly, else through sudo.
set -eu
command -v firefox-esr >/dev/null 2>&1 && command -v Xvfb >/dev/null 2>&1 && exit 0
as_root=""
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null 2>&1 || { echo "Firefox is missing. Install it: apt-get install firefox-esr xvfb libgl1-mesa-dri" >&2; exit 1; }
  as_root="sudo"
fi
$as_root apt-get update -qq
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq firefox-esr xvfb libgl1-mesa-dri libegl1 >/dev/null
