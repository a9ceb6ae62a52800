#!/bin/sh
# Install Debian's Chromium where there is none; as root directly, else through sudo.
set -eu
command -v chromium >/dev/null 2>&1 && exit 0
as_root=""
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null 2>&1 || { echo "Chromium is missing. Install it: apt-get install chromium" >&2; exit 1; }
  as_root="sudo"
fi
$as_root apt-get update -qq
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null
