#!/bin/sh
# Makes the files that docker-compose.prod.yml reads its secrets from. What exists is kept; what the environment
# gives (AUTH_DB_PASSWORD, USER_DB_PASSWORD, RABBITMQ_USER, RABBITMQ_PASSWORD, SERVICE_SECRET) is taken, the rest is random.
set -eu

folder=${SECRETS_FOLDER:-$(dirname "$0")/secrets}
mkdir -p "$folder"
# The folder guards the files. They themselves have to be readable: they are mounted into containers that do not run
# as the user who made them.
chmod 700 "$folder"
umask 022

# keep NAME VALUE: sets "value" to what the file NAME has, else to VALUE, else to something random, and keeps it.
keep() {
  if [ -s "$folder/$1" ]; then value=$(cat "$folder/$1"); else value=${2:-$(openssl rand -hex 24)}; fi
  case $value in
    *[!A-Za-z0-9._~-]*) echo "make-secrets: the value for $1 may hold letters, digits and . _ ~ - only" >&2; exit 1 ;;
    guest | admin | password | postgres | secret | secure_password | changeme | development-only)
      echo "make-secrets: the value for $1 is a sample, choose another" >&2; exit 1 ;;
  esac
  printf '%s' "$value" > "$folder/$1"
}

keep auth_db_password "${AUTH_DB_PASSWORD:-}"
printf 'postgres://auth:%s@auth-db:5432/auth' "$value" > "$folder/auth_database_url"

keep user_db_password "${USER_DB_PASSWORD:-}"
printf 'postgres://user:%s@user-db:5432/user' "$value" > "$folder/user_database_url"

keep rabbitmq_user "${RABBITMQ_USER:-accounts}"
user=$value
keep rabbitmq_password "${RABBITMQ_PASSWORD:-}"
printf 'amqp://%s:%s@rabbitmq:5672/' "$user" "$value" > "$folder/rabbitmq_url"
printf 'default_user = %s\ndefault_pass = %s\n' "$user" "$value" > "$folder/rabbitmq_user.conf"

keep service_secret "${SERVICE_SECRET:-}"

if [ ! -s "$folder/jwt_private_key.pem" ]; then
  # Its progress is shown only when it fails: not every openssl knows -quiet here.
  progress=$(openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$folder/jwt_private_key.pem" 2>&1) ||
    { echo "$progress" >&2; exit 1; }
  chmod 644 "$folder/jwt_private_key.pem"
fi
echo "secrets are in $folder: keep a copy in a safe place"
