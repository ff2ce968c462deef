@echo off
rem Starts orderbridge on Windows from this folder: makes its environment once, then runs what you say.
rem   start.cmd                     shows the product on a made-up business
rem   start.cmd connect --help      any other command
setlocal
cd /d "%~dp0"
set PIP_DISABLE_PIP_VERSION_CHECK=1

if exist ".venv\Scripts\python.exe" goto install

set "FOUND="
for %%P in ("py -3.13" "py -3.12" "py -3.11" "py -3" "python") do (
  if not defined FOUND (
    %%~P -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>&1 && set "FOUND=%%~P"
  )
)
if not defined FOUND (
  echo Python 3.11 or newer is needed and was not found. Install it from https://www.python.org/downloads/windows/ 1>&2
  exit /b 1
)
echo Making the environment .venv 1>&2
%FOUND% -m venv .venv 1>&2 || exit /b 1

:install
fc /b requirements.lock .venv\installed.lock >nul 2>&1
if not errorlevel 1 goto run
echo Installing what requirements.lock pins 1>&2
".venv\Scripts\python.exe" -m pip install --quiet --no-input -r requirements.lock 1>&2 || exit /b 1
".venv\Scripts\python.exe" -m pip install --quiet --no-input --no-deps --no-build-isolation -e . 1>&2 || exit /b 1
copy /y requirements.lock .venv\installed.lock >nul

:run
if "%~1"=="" (
  ".venv\Scripts\orderbridge.exe" demo
) else (
  ".venv\Scripts\orderbridge.exe" %*
)
exit /b %errorlevel%
