"""The offline check of `infra/`: Bicep without its compiler, against Azure's official schemas.

What it cannot do is what only the compiler and Azure can: `az bicep build` and what-if, in
`.github/workflows/infra.yml`.
"""
