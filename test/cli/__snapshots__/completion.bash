# Completion of wasi-nest for bash, made by `wasi-nest completion bash`

# The flags of a command.
_wasi_nest_flags() {
  case $1 in
    '') flags='--out -o --mount --stdin --allow-env --quiet' ;;
    virtualize) flags='--out -o --mount --stdin --allow-env --quiet' ;;
    show) flags='--mount' ;;
    help) flags='' ;;
    version) flags='' ;;
  esac
}

# What the value of a flag may be, COMMAND:FLAG: some words (those that end in : go on), a file, or a file behind =. Fails for
# a flag that leaves the next word alone.
_wasi_nest_value() {
  words='' path='' place=next
  case $1 in
    *:--out | *:-o) path=whole ;;
    :--mount | virtualize:--mount) path=behind ;;
    *:--stdin) words='allow deny file:' ;;
    *:--allow-env) place=behind ;;
    *) return 1 ;;
  esac
  [[ $place == next ]]
}

# The words in a place behind the command, COMMAND:PLACE; fails where there are files.
_wasi_nest_place() {
  case $1 in
    show:1) words='list tree' ;;
    help:0) words='virtualize show help version' ;;
    version:0) words='' ;;
    *) return 1 ;;
  esac
}

# Replies with the words of $1 that begin with $2, the current word, each behind $3.
_wasi_nest_reply() {
  local each cut=$2
  # Bash replaces only what stands behind these.
  [[ $COMP_WORDBREAKS == *=* ]] && cut=${cut##*=}
  [[ $COMP_WORDBREAKS == *:* ]] && cut=${cut##*:}
  for each in $1; do
    each=$3$each
    [[ $each == "$2"* ]] && COMPREPLY+=("${each#"${2%"$cut"}"}")
  done
  [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *: ]] && compopt -o nospace 2>/dev/null
}

_wasi_nest() {
  local line=${COMP_LINE:0:COMP_POINT} all=() i rest
  # Bash takes a word apart at = and :.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    rest=${line#"${line%%[![:space:]]*}"}
    local word=${COMP_WORDS[i]}
    ((i == COMP_CWORD)) && word=$rest
    if ((i > 0 && ${#rest} == ${#line})); then
      all[${#all[@]}-1]+=$word
    else
      all+=("$word")
    fi
    line=${rest#"$word"}
  done

  local last=$((${#all[@]} - 1)) command='' place=next flags words path flag='' count=0
  local current=${all[last]}
  COMPREPLY=()
  i=1
  if ((last > 1)); then
    case ${all[1]} in
      virtualize | show | help | version) command=${all[1]} i=2 ;;
    esac
  fi
  for (( ; i < last; i++)); do
    case ${all[i]} in
      --) return ;;
      -?*) if _wasi_nest_value "$command:${all[i]}"; then ((++i == last)) && flag=${all[i - 1]}; fi ;;
      *) count=$((count + 1)) ;;
    esac
  done

  if [[ -n $flag ]]; then
    _wasi_nest_value "$command:$flag"
    _wasi_nest_reply "$words" "$current" ''
  elif [[ $current == --*=* ]]; then
    flag=${current%%=*}
    _wasi_nest_value "$command:$flag" || [[ $place == behind ]] || path=none
    _wasi_nest_reply "$words" "$current" "$flag="
    current=${current#*=}
  elif [[ $current == -* ]]; then
    _wasi_nest_flags "$command"
    _wasi_nest_reply "$flags" "$current" ''
    path=none
  elif _wasi_nest_place "$command:$count"; then
    _wasi_nest_reply "$words" "$current" ''
    path=none
  else
    path=whole
    if ((last == 1)); then
      _wasi_nest_reply 'virtualize show help version' "$current" ''
      local file
      while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -f -- "$current")
      compopt -o filenames 2>/dev/null
    fi
  fi
  [[ $path == whole || ($path == behind && $current == *=*) ]] || compopt +o default 2>/dev/null
  return 0
}

complete -o default -F _wasi_nest wasi-nest
