#compdef wasi-nest
# Completion of wasi-nest for zsh, made by `wasi-nest completion zsh`

# Some words; those that end in : go on.
_wasi-nest-words() {
  local -a whole open
  whole=(${@:#*:}) open=(${(M)@:#*:})
  compadd -a whole
  compadd -S '' -a open
}

# A file behind =.
_wasi-nest-behind() {
  compset -P '*=' && _files
}

# A file, or one behind =.
_wasi-nest-file() {
  compset -P '*='
  _files
}

_wasi-nest-first() {
  local -a commands
  commands=(
    'virtualize:Does it'
    'show:Does it'
    'help:Prints the help of a command'
    'version:Prints the version'
  )
  _describe command commands
  _files
}

_wasi-nest() {
  local command=''
  if (( CURRENT > 2 )); then
    case $words[2] in
      virtualize|show|help|version) command=$words[2]; shift words; (( CURRENT-- )) ;;
    esac
  fi
  case $command in
    '')
      _arguments -s : \
        '(--out -o)--out=[The user'\''s \[output\]]:value:_files' \
        '(--out -o)-o+[The user'\''s \[output\]]:value:_files' \
        '*--mount=[GUEST=LOCAL]:value: _wasi-nest-behind' \
        '(--stdin)--stdin=[The input]:value: _wasi-nest-words allow deny file\:' \
        '*--allow-env=-[All: also A_*]::value:' \
        '(--quiet)--quiet[Nothing]' \
        '1: :_wasi-nest-first' \
        '*: :_wasi-nest-file' ;;
    virtualize)
      _arguments -s : \
        '(--out -o)--out=[The user'\''s \[output\]]:value:_files' \
        '(--out -o)-o+[The user'\''s \[output\]]:value:_files' \
        '*--mount=[GUEST=LOCAL]:value: _wasi-nest-behind' \
        '(--stdin)--stdin=[The input]:value: _wasi-nest-words allow deny file\:' \
        '*--allow-env=-[All: also A_*]::value:' \
        '(--quiet)--quiet[Nothing]' \
        '*: :_wasi-nest-file' ;;
    show)
      _arguments -s : \
        '(--mount)--mount[Mounts]' \
        '1: :_wasi-nest-file' \
        '2: :(list tree)' \
        '*: :_wasi-nest-file' ;;
    help)
      _arguments -s : \
        '1: :(virtualize show help version)' \
        '*: :_wasi-nest-file' ;;
    version)
      _arguments -s : \
        '1: :' ;;
  esac
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _wasi-nest "$@"
else
  compdef _wasi-nest wasi-nest
fi
