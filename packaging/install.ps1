# Installs dockerlab {{version}} for one person: downloads the archive, compares its checksum with the one written below,
# and puts the program into a folder that it adds to the person's PATH.
#
#   $env:DOCKERLAB_BIN   another folder for the program
#   $env:DOCKERLAB_FROM  another address below which the archives are, such as a mirror; the checksum stays this one
$ErrorActionPreference = 'Stop'
$from = if ($env:DOCKERLAB_FROM) { $env:DOCKERLAB_FROM } else { '{{base}}' }
$bin = if ($env:DOCKERLAB_BIN) { $env:DOCKERLAB_BIN } else { Join-Path $env:LOCALAPPDATA 'dockerlab\bin' }
$name = 'dockerlab-x86_64-pc-windows-msvc'
$sha256 = '{{sha256 dockerlab-x86_64-pc-windows-msvc.zip}}'
$work = Join-Path ([IO.Path]::GetTempPath()) ([Guid]::NewGuid())
New-Item -ItemType Directory -Path $work | Out-Null
try {
    Write-Host "Downloading dockerlab {{version}}"
    $archive = Join-Path $work "$name.zip"
    Invoke-WebRequest -UseBasicParsing -Uri "$from/$name.zip" -OutFile $archive
    $found = (Get-FileHash -Algorithm SHA256 $archive).Hash.ToLower()
    if ($found -ne $sha256) {
        throw "the archive's checksum is $found, but this release's is $sha256; nothing was installed"
    }
    Expand-Archive -Path $archive -DestinationPath $work
    New-Item -ItemType Directory -Force -Path $bin | Out-Null
    Copy-Item -Force (Join-Path $work "$name\dockerlab.exe") $bin
} finally {
    Remove-Item -Recurse -Force $work
}
$path = [Environment]::GetEnvironmentVariable('Path', 'User')
if (($path -split ';') -notcontains $bin) {
    [Environment]::SetEnvironmentVariable('Path', "$path;$bin", 'User')
    Write-Host "Added $bin to your PATH; open a new terminal."
}
Write-Host "Installed. Begin with: dockerlab start my-course"
